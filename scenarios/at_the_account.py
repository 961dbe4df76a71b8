"""Faults at accounts: slow hashes, slow letters, and an auth that is told to end."""

from collections.abc import Sequence

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault


def slow_hashing(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw an auth whose threads take their time: passwords are hashed in no time else."""
    return faults.slow_threads(chance.choice((0.1, 0.5, 2.0)), by="auth")


def at_accounts(chance: Random) -> list[Fault]:
    """Draw what lets others in between at one account: slow hashes, and slow writes."""
    share = chance.choice((0.5, 1.0))
    writes = faults.slow_calls(0.5, of="mongo.replace_one", by="auth", share=share)
    return [slow_hashing(chance, ()), *((writes,) if chance.random() < 0.8 else ())]


def slow_letter(chance: Random) -> Fault:
    """Draw a mail server that takes its time for a first letter, longer than two are apart."""
    return faults.slow_calls(chance.choice((20.0, 30.0)), of="mail", at="mail", nth=[1])


def upgraded_auth() -> Fault:
    """Return an auth that is begun anew once it has posted a letter."""
    return faults.departures("auth", after="mail.*", notice_s=0.1, down_s=0.5, nth=[1])


def full_hands(chance: Random) -> list[Fault]:
    """Draw an auth that is told to end as it posts letters, of which each takes a while."""
    # Who begins anew has all others to post at once: there the ninth call is its eighth.
    nth = chance.choice(([8], [1, 9], [1, 9]))
    told = faults.departures("auth", before="mail.*", nth=nth, notice_s=0.1)
    return [told, faults.slow_calls(chance.choice((10.0, 20.0)), of="mail", at="mail", share=1.0)]

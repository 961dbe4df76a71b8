"""What can befall services and servers: they die, stand still, or hear each other no more."""

from collections.abc import Iterator, Sequence
from functools import partial
from math import inf
from typing import Any, Final

from boxoffice.choosing.addressed import after_event
from boxoffice.choosing.heard import Played
from boxoffice.choosing.option import HOSTS, Amount, Option, by_value, lengths, spoken
from boxoffice.faults import crashes, partitions, pauses, restarts
from boxoffice.faults.schedule import Fault

DOWN_S: Final = (2.0, 60.0)
STILL_S: Final = (10.0, 60.0)
CUT_S: Final = (5.0, 60.0)
EVERYBODY: Final = "everybody"
EMPTY: Final = "empty"


def host_options(run: Played, number: int) -> Iterator[Option]:
    """Yield what can befall the hosts that are up at an event."""
    gone = _gone(run, number)
    for host in run.occasions.services:
        if host not in gone:
            yield _dies(run, number, host)
            yield _stands_still(run, number, host)
            yield _is_cut_off(run, number, host)
    for host, kind in run.occasions.servers.items():
        # A server of a system's own kind may have no way to come back.
        if kind and host not in gone and any(host in pair for pair in run.occasions.met):
            yield _restarts(run, number, host, kind)


def _gone(run: Played, number: int) -> set[str]:
    """Return who is down: has crashed, or never been up."""
    gone = set(run.occasions.services)
    for event in run.events[: number + 1]:
        if event.kind == "start":
            gone.discard(event.host)
        elif event.kind == "crash":
            gone.add(event.host)
    return gone


def dying(run: Played, number: int, host: str, down_s: float) -> Fault:
    """Return the fault by which a host dies right after an event."""
    return after_event(partial(crashes, host, down_s=down_s), run, number)


def _dies(run: Played, number: int, host: str) -> Option:
    return Option(
        f"dies:{host}",
        HOSTS,
        host,
        "dies",
        f"{host} dies here, and is back",
        lambda amount: [dying(run, number, host, float(amount))],
        lengths(*DOWN_S, says="after {}"),
    )


def _stands_still(run: Played, number: int, host: str) -> Option:
    return Option(
        f"still:{host}",
        HOSTS,
        host,
        "stands still",
        f"{host} stands still here",
        lambda amount: [after_event(partial(pauses, host, float(amount)), run, number)],
        lengths(*STILL_S),
    )


def _is_cut_off(run: Played, number: int, host: str) -> Option:
    others = [EVERYBODY, *(to for by, to in run.occasions.met if by == host)]
    amounts = by_value(
        *(
            Amount(f"{other} {lasts_s:g}", f"from {other} for {spoken(lasts_s)}")
            for lasts_s in CUT_S
            for other in others
        )
    )

    def faults(amount: str) -> Sequence[Fault]:
        other, _, lasts_s = amount.rpartition(" ")
        named: dict[str, Any] = {} if other == EVERYBODY else {"others": [other]}
        cut = partial(partitions, host, lasts_s=float(lasts_s), **named)
        return [after_event(cut, run, number)]

    says = f"{host} is cut off here"
    return Option(f"cut:{host}", HOSTS, host, "is cut off", says, faults, amounts)


def _restarts(run: Played, number: int, host: str, kind: str) -> Option:
    amounts = lengths(*DOWN_S, says="after {}")
    if kind == "redis":
        told = f"{host} dies here, and comes up with nothing"
        amounts |= by_value(Amount(EMPTY, "empty, after 2 s", told))

    def faults(amount: str) -> Sequence[Fault]:
        how: dict[str, Any] = {"loses_s": inf} if amount == EMPTY else {"down_s": float(amount)}
        return [after_event(partial(restarts, host, **how), run, number)]

    says = f"{host} restarts here, and is back"
    return Option(f"restarts:{host}", HOSTS, host, "restarts", says, faults, amounts)

"""Plots at an account: another password is chosen while somebody else is at it."""

from typing import Final

from boxoffice import Deed
from boxoffice.clock import Random
from scenarios import at_the_account
from scenarios.workload.outline import MOST, Outline

CROSSED_S: Final = (0.0, 0.1, 0.3, 0.6, 1.0)  # after a sign-in has begun
WAITS_S: Final = (0.6, 1.0, 2.0, 4.0)  # and one that has to wait for strangers
GUESTS: Final = 10  # of whom each wants a letter: two more than are posted at once
FEW: Final = 10  # guesses of one client: as many as at one account
GUESSED_S: Final = 90.0  # by which somebody has guessed too often
POSTING_S: Final = (0.05, 0.1, 0.2, 0.4)  # until a letter is there, if all are quick
AGAIN_S: Final = 11.0  # when two letters are far enough apart
TAKEN_S: Final = 40.0  # by which both have been taken
POSTED_S: Final = 3.0  # and if not
GRANTED_S: Final = (7.5, 9.0)  # within the ten seconds that two letters are apart


def crossed(chance: Random, it: Outline) -> None:
    """Have another password chosen in the moment in which somebody else is at the account."""
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "resets")
    who, crossing = it.deeds[nth].who, chance.choice(CROSSINGS)
    it.faults += at_the_account.at_accounts(chance)
    crossed = [Deed(who, "forgets"), *crossing(chance, it, who), Deed(who, "tries")]
    it.deeds = [*it.deeds[:nth], *crossed, *it.deeds[nth + 1 :]][: MOST + 2]


def locked(chance: Random, it: Outline) -> None:
    """Have a letter for whoever has guessed too often, and is let in by what it chooses."""
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "guesses")
    who = it.deeds[nth].who
    resets = Deed(who, "resets", {"tab": 2, "later_s": GUESSED_S})
    if chance.random() < 0.5:  # wherever else they might guess, too
        it.options["settings"]["sign_in_failures_per_client"] = FEW
    it.deeds[nth : nth + 1] = [Deed(who, "forgets"), it.deeds[nth], resets]


def full_hands(chance: Random, it: Outline) -> None:
    """Have more letters asked for than are posted at once, by a service that is told to end."""
    it.faults += at_the_account.full_hands(chance)
    guests = [Deed(f"Guest{number}", "forgets") for number in range(GUESTS)]
    it.deeds = [*guests, *it.deeds[: MOST - GUESTS]]


def _posted(chance: Random, it: Outline, who: str) -> list[Deed]:
    # Whoever has a letter is quick, and that it is posted not noted yet.
    return [Deed(who, "resets", after_s=chance.choice(POSTING_S))]


def _granted(chance: Random, it: Outline, who: str) -> list[Deed]:
    # A letter that is asked for too soon is granted ten seconds after the first.
    resets = Deed(who, "resets", after_s=chance.uniform(*GRANTED_S))
    return [Deed(who, "forgets", after_s=1.0), resets]


def _wanted_again(chance: Random, it: Outline, who: str) -> list[Deed]:
    # Another is granted while the first is being posted, and that takes long.
    it.faults.append(at_the_account.slow_letter(chance))
    return [Deed(who, "forgets", after_s=AGAIN_S), Deed(who, "resets", after_s=TAKEN_S)]


def _renewed(chance: Random, it: Outline, who: str) -> list[Deed]:
    it.faults.append(at_the_account.upgraded_auth())
    it.options["rolled_out"] = {"salt_factory": 5}
    return _comes_back(who, chance.choice(CROSSED_S))


def _besieged(chance: Random, it: Outline, who: str) -> list[Deed]:
    return [Deed(who, "besieges"), *_comes_back(who, chance.choice(WAITS_S))]


def _comes_back(who: str, later_s: float) -> list[Deed]:
    resets = Deed(who, "resets", {"tab": 2, "later_s": later_s})
    return [Deed(who, "comes_back", after_s=POSTED_S), resets]


CROSSINGS: Final = (_posted, _granted, _wanted_again, _renewed, _besieged)

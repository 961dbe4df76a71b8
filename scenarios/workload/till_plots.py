"""Plots at the till: Stripe is silent, or answers when something else has happened."""

from dataclasses import replace
from typing import Final

from boxoffice import Deed
from boxoffice.clock import Random
from scenarios import at_the_till
from scenarios.workload.outline import APART, MOST, Outline

GIVEN_UP_S: Final = 125.0  # by which a charge is given up that Stripe does not know
KNOWN_S: Final = (13.0, 15.0)  # until another has asked about a card whose asker sleeps
MIND_S: Final = (0.05, 1.0, 5.0)  # until somebody thinks better of an order
AT_ONCE_S: Final = (0.05, 0.5)


def silence(chance: Random, it: Outline) -> None:
    """Have Stripe say of no charge that it has made it, while an order lasts."""
    # A charge is then repeated for as long as the order lasts, and looked for at its end.
    found = at_the_till.silence(chance, it.window_s)
    # Two skews are one by their sum, which may be more than clocks are promised to differ by; and
    # the clocks of two processes may not be so far apart.
    may_skew = it.is_alone and not it.has("skews")
    it.faults += [one for one in found if one.name != "skews" or may_skew]
    it.stay(it.window_s + GIVEN_UP_S)


def late_answer(chance: Random, it: Outline) -> None:
    """Have an answer about a card written down when that is over: by another card, or a refund."""
    it.options["replicas"] = 2
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "pays")
    if chance.random() < 0.5:
        _cancelled(chance, it, nth)
    else:
        _another_card(chance, it, nth)
    it.deeds = it.deeds[:MOST]


def given_back(chance: Random, it: Outline) -> None:
    """Have somebody think better of an order while Stripe charges the card for it."""
    it.faults += at_the_till.slow_and_sorry(chance)
    # A seat of its own, for which nobody else comes in between.
    alone = [*it.listing([APART]), *_thought_better("Ana", APART, chance.choice(AT_ONCE_S))]
    it.deeds = [*alone, *it.deeds[: MOST - len(alone)]]


def _another_card(chance: Random, it: Outline, nth: int) -> None:
    it.faults += at_the_till.late_answer(chance)
    paid = it.deeds[nth]
    declined = replace(paid, what={**paid.what, "card": "tok_chargeDeclined"})
    # Whoever gets no answer tries another card in another tab, when the first is known by then; and
    # in one more, since who sleeps is asked, too.
    what = {"seat": paid.what["seat"], "card": "tok_mastercard"}
    later = [
        Deed(paid.who, "pays_later", {**what, "tab": tab, "after_s": after_s})
        for tab, after_s in enumerate(KNOWN_S, 2)
    ]
    it.deeds[nth : nth + 1] = [declined, *later]


def _cancelled(chance: Random, it: Outline, nth: int) -> None:
    # Another asks again meanwhile, and gives back what was taken.
    it.faults.append(at_the_till.asleep_with_an_answer(chance, 30.0, 45.0))
    paid = it.deeds[nth]
    first, then, later = _thought_better(paid.who, paid.what["seat"], chance.choice(MIND_S))
    it.deeds[nth : nth + 1] = [first, replace(then, after_s=paid.after_s), later]


def _thought_better(who: str, seat: str, after_s: float) -> list[Deed]:
    return [
        Deed(who, "orders", {"seat": seat}),
        Deed(who, "pays", {"seat": seat, "card": "tok_visa"}),
        Deed(who, "cancels_later", {"seat": seat, "tab": 2, "after_s": after_s}),
    ]

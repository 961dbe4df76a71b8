"""What needs people and faults together, and what chance alone seldom brings together.

A storm has a plot now and then: somebody stays for as long as something takes, or does what only
then matters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from boxoffice import Deed
from boxoffice.clock import Random
from scenarios import aimed, at_the_till
from scenarios.swarm import late_message
from scenarios.workload import account_plots, till_plots
from scenarios.workload.outline import APART, LATER_S, MOST, SOON_S, Outline
from scenarios.workload.till_plots import GIVEN_UP_S

LONG: Final = 18  # times to order and cancel, until the first are forgotten
LETS_GO: Final = ("wavers", "cancels")
APART_S: Final = 20.0
MENDED_S: Final = 40.0  # until whatever was refused has come again
OVERDUE_S: Final = 100.0  # by which orders has ended what no alarm has
NO_REFUNDS: Final = ("stripe-no-balance", "stripe-failed-refunds")
REFUSED_S: Final = 200.0  # by which a refund has been refused three times
INSPECTED: Final = 20  # times, until what was refused is granted again and has been for a while
A_FEW: Final = 5  # orders at once
MEET_S: Final = 5.0  # by which whoever offers a few seats has
HELD_S: Final = 8.0  # by which these are held, and have been for a while
CONFIRMED_S: Final = 3.0
OVER_S: Final = 5.0  # since when an order is over that nobody has ended yet
SPARE: Final = "E"  # a seat that nobody else is about
CROWD: Final = 20  # orders at once: more than any service takes at a time
# What is begun anew has what was rolled out meanwhile.
BEGUN_ANEW: Final = ("crashes", "departures", "rolling-restarts")
ROLLED_OUT: Final[Sequence[Mapping[str, Any]]] = (
    {"salt_factory": 5},
    {"salt_factory": 5},
    {"expiration_window_s": 10},
    {"expiration_window_s": 120, "salt_factory": 5},
)


def befall(chance: Random, it: Outline) -> None:
    """Have a storm befall what does not come by itself, if anything, and one plot at most."""
    if it.window_s <= SOON_S and it.has("stripe") and chance.random() < 0.6:
        it.stay(it.window_s + (REFUSED_S if it.has(*NO_REFUNDS) else GIVEN_UP_S))
    if any(deed.what.get("times") == LONG for deed in it.deeds):
        # Of a seat that nobody else takes; and without late messages it shows no more than a short.
        first = Deed("Sue", "lists", {"seat": APART, "price": "20.00"})
        it.deeds = [first, *map(_apart, it.deeds)]
        if chance.random() < 0.5:
            it.deeds = [*_once_more(it.deeds)][:MOST]
        it.faults.append(late_message(chance))
    for share, fits, happen in BESIDE:
        if fits(it) and chance.random() < share:
            happen(chance, it)
    for share, fits, happen in PLOTS:
        if fits(it) and chance.random() < share:
            return happen(chance, it)


def _apart(deed: Deed) -> Deed:
    is_long = deed.what.get("times") == LONG
    return replace(deed, what={**deed.what, "seat": APART}) if is_long else deed


def _once_more(deeds: Sequence[Deed]) -> Iterator[Deed]:
    """Have who has let go of a seat so often keep an order for it until it is confirmed."""
    for deed in deeds:
        yield deed
        if deed.what.get("times") == LONG:
            seat = {"seat": APART}
            yield Deed(deed.who, "orders", seat)
            yield Deed(deed.who, "cancels", seat, after_s=CONFIRMED_S)


def _deaf(chance: Random, it: Outline) -> None:
    # Whoever ends orders then has to look for them, each in its time: two of them, at least.
    if chance.random() < 0.7:
        it.faults.append(aimed.deaf_expiration())
    else:
        it.faults += aimed.away_at_the_end(it.window_s)
    if chance.random() < 0.4:
        it.faults.append(aimed.unconfirmed())
    seat = next(deed.what["seat"] for deed in it.deeds if deed.does == "lists")
    first, listed = list[Deed](), [*it.listing([APART])]
    late = [
        Deed("Ana", "orders", {"seat": seat}),
        Deed("Ben", "orders", {"seat": APART}, after_s=APART_S),
        # Whose first card is declined in time may have no other one charged once that is over.
        Deed("Ben", "pays", {"seat": APART, "card": "tok_chargeDeclined"}),
        Deed("Ben", "pays", {"seat": APART, "card": "tok_visa"}, after_s=it.window_s + 1.0),
    ]
    if chance.random() < 0.4:
        # Who may have one open order, and has one that is over, is to come again soon.
        it.options["settings"]["most_open_orders"] = 1
        listed += it.listing([SPARE])
        late.append(Deed("Ana", "orders", {"seat": SPARE}, after_s=it.window_s + OVER_S))
    if chance.random() < 0.3:
        first = [Deed("Olga", "spoils", {"way_of": chance.choice(("ends", "overdue ends"))})]
    it.deeds = it.deeds[: MOST - len(first) - len(listed) - len(late) - 1]
    it.stay(it.window_s + OVERDUE_S)
    it.deeds = [*first, *listed, *it.deeds, *late]


def _crowd(chance: Random, it: Outline) -> None:
    if chance.random() < 0.5:
        it.faults.append(aimed.deaf_expiration())
    it.options["settings"]["most_open_orders"] = CROWD
    it.deeds = [*it.deeds[: MOST // 2], Deed("Cid", "hoards", {"seats": CROWD})]
    it.stay(it.window_s + OVERDUE_S)


def _alike(chance: Random, it: Outline) -> None:
    # Of two people's orders at once some are of one moment.
    it.options["settings"]["most_open_orders"] = A_FEW
    both = ("Cid", "Dot")
    it.deeds = [
        *(Deed(who, "hoards", {"seats": A_FEW, "at_s": MEET_S}) for who in both),
        *(Deed(who, "looks_through", {"limit": 1}) for who in both),
        # Of what is held for a while, whoever looks through all that is for sale sees nothing.
        Deed("Ana", "browses", {"limit": 1}, after_s=HELD_S),
        *it.deeds[: MOST // 2],
    ]


def _refilled(chance: Random, it: Outline) -> None:
    # What has been put right for a minute when an alarm is due is no excuse for it.
    it.faults += aimed.refilled(chance)
    first = [*it.listing([APART]), Deed("Ben", "orders", {"seat": APART})]  # whose alarm is lost
    it.deeds = [*first, *it.deeds[: MOST - 3]]
    it.stay(it.window_s + OVERDUE_S)


def _unheard(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.unheard(chance))
    it.stay(aimed.UNHEARD_S)


def _invalidated(chance: Random, it: Outline) -> None:
    it.faults += aimed.invalidated(chance)
    at_s = aimed.INVALID_S + MENDED_S
    if chance.random() < 0.4:  # and then it is away, once more
        it.faults.append(aimed.away(chance.choice(("orders", "payments")), at_s - 1.0, at_s + 3.0))
    it.replay(chance, at_s)


def _replayed(chance: Random, it: Outline) -> None:
    it.replay(chance, chance.choice(LATER_S))


def _refusing(chance: Random, it: Outline) -> None:
    service, fault = aimed.refusing(chance)
    it.faults.append(fault)
    inspects = Deed("Olga", "inspects", {"service": service, "times": INSPECTED})
    it.deeds = [*it.deeds[: MOST - 1], inspects]


def _hesitant(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.hesitant(chance))


def _unanswered(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.unanswered(chance))


def _denied(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.denied(chance, {deed.does for deed in it.deeds}))


def _no_refunds(chance: Random, it: Outline) -> None:
    it.faults.append(at_the_till.no_refunds(chance, ()))
    if chance.random() < 0.4:  # so somebody does that by hand
        it.deeds = [*it.deeds[: MOST - 1], Deed("Olga", "gives_back", after_s=MENDED_S)]


def _spoiled(chance: Random, it: Outline) -> None:
    # Before anything else is there, so that it is the first that is found.
    way_of = chance.choice([what for what, fits in IN_THE_WAY.items() if fits(it)])
    it.deeds = [Deed("Olga", "spoils", {"way_of": way_of}), *it.deeds[: MOST - 1]]


def _rolled_out(chance: Random, it: Outline) -> None:
    # Each where it tells.
    is_of_auth = any(fault.name in BEGUN_ANEW and "auth" in str(fault) for fault in it.faults)
    it.options["rolled_out"] = dict(chance.choice(ROLLED_OUT[: 2 if is_of_auth else None]))


Plot = tuple[float, Callable[[Outline], bool], Callable[[Random, Outline], None]]

# What nobody can read, where somebody would have to.
IN_THE_WAY: Final[Mapping[str, Callable[[Outline], bool]]] = {
    "ends": lambda it: it.ends_soon,
    "overdue ends": lambda it: it.ends_soon,
    "charges": lambda it: it.does("pays") and it.has("stripe"),
    "refunds": lambda it: it.does("pays") and it.has("stripe"),
    "letters": lambda it: it.does("forgets", "resets", "pesters"),
    "news of tickets": lambda it: True,
    "news of orders": lambda it: True,
    "news of payments": lambda it: it.does("pays"),
    "expiration.complete": lambda it: True,
    "payment.created": lambda it: True,
}
# Each with its share of the storms that it fits.
BESIDE: Final[Sequence[Plot]] = (
    (0.15, lambda it: it.does(*LETS_GO), _hesitant),
    (0.1, lambda it: bool(it.faults) and not it.is_long, _unanswered),
    (0.16, lambda it: not it.is_long and it.does(*aimed.WRITTEN), _denied),
    (0.3, lambda it: it.has(*BEGUN_ANEW), _rolled_out),
    (0.15, lambda it: it.does("pays") and it.does("cancels") and not it.is_long, _no_refunds),
    (
        0.15,
        lambda it: it.does("pays") and not it.has("stripe") and not it.is_long,
        till_plots.given_back,
    ),
    (0.1, lambda it: not it.is_long, _spoiled),
)
# Of which the first that comes is the only one.
PLOTS: Final[Sequence[Plot]] = (
    (
        0.15,
        lambda it: it.window_s > SOON_S and not it.is_long and "payments" in it.busy,
        till_plots.silence,
    ),
    (
        0.1,
        lambda it: it.window_s >= SOON_S / 2 and not it.is_long and it.does("pays"),
        till_plots.late_answer,
    ),
    (0.06, lambda it: it.ends_soon, _deaf),
    (0.015, lambda it: it.ends_soon, _crowd),
    (0.1, lambda it: it.does("looks_through", "browses"), _alike),
    (0.1, lambda it: it.window_s > SOON_S and not it.is_long and it.is_alone, _refilled),
    (0.04, lambda it: bool(it.faults) and not it.is_long, _unheard),
    (0.08, lambda it: not it.is_long, _refusing),
    (0.4, lambda it: not it.is_long and it.does("resets"), account_plots.crossed),
    (0.5, lambda it: it.does("guesses"), account_plots.locked),
    (
        0.1,
        lambda it: it.is_alone and not it.is_long and it.does("forgets"),
        account_plots.full_hands,
    ),
    (0.05, lambda it: it.ends_soon, _invalidated),
    (0.3, lambda it: it.has("poison"), _replayed),
)

"""What needs people and faults together, and what chance alone seldom brings together.

A storm has a plot now and then: somebody stays for as long as something takes, or does what only
then matters.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from boxoffice import Deed
from boxoffice.clock import Random
from boxoffice.faults import Fault
from scenarios import aimed, at_the_till
from scenarios.swarm import late_message

LONG: Final = 18  # times to order and cancel, until the first are forgotten
MOST: Final = 20  # deeds of a small storm
SOON_S: Final = 60  # so long orders may last for somebody to see all of them end
LETS_GO: Final = ("wavers", "cancels")
APART: Final = "D"  # a seat of its own
APART_S: Final = 20.0
MENDED_S: Final = 40.0  # until whatever was refused has come again
LATER_S: Final = (1.0, 20.0)  # that an operator asks once more
OVERDUE_S: Final = 100.0  # by which orders has ended what no alarm has
GIVEN_UP_S: Final = 125.0  # by which a charge is given up that Stripe does not know
KNOWN_S: Final = (13.0, 15.0)  # until another has asked about a card whose asker sleeps
REFUSED_S: Final = 200.0  # by which a refund has been refused three times
CROSSED_S: Final = (0.0, 0.1, 0.3, 0.6, 1.0)  # after a sign-in has begun
WAITS_S: Final = (0.6, 1.0, 2.0, 4.0)  # and one that has to wait for strangers
GUESSED_S: Final = 90.0  # by which somebody has guessed too often
POSTING_S: Final = (0.05, 0.1, 0.2, 0.4)  # until a letter is there, if all are quick
POSTED_S: Final = 3.0  # and if not
GRANTED_S: Final = (7.5, 9.0)  # within the ten seconds that two letters are apart
INSPECTED: Final = 20  # times, until what was refused is granted again and has been for a while
A_FEW: Final = 5  # orders at once
MEET_S: Final = 5.0  # by which whoever offers a few seats has
CROWD: Final = 20  # orders at once: more than any service takes at a time
# What is begun anew has what was rolled out meanwhile.
BEGUN_ANEW: Final = ("crashes", "departures", "rolling-restarts")
ROLLED_OUT: Final[Sequence[Mapping[str, Any]]] = (
    {"salt_factory": 5},
    {"salt_factory": 5},
    {"expiration_window_s": 10},
    {"expiration_window_s": 120, "salt_factory": 5},
)


@dataclass(slots=True)
class Outline:
    """A storm that is still being drawn.

    Its orders last `window_s` seconds, `busy` are the services that people give more to do than all
    do, `is_long` says that it takes a quarter of an hour or more, and `listing` lists seats.
    """

    deeds: list[Deed]
    faults: list[Fault]
    options: dict[str, Any]
    window_s: float
    busy: Sequence[str]
    is_long: bool
    listing: Callable[[Sequence[str]], Iterator[Deed]]

    @property
    def ends_soon(self) -> bool:
        """Whether somebody may stay until all orders have ended."""
        return self.window_s <= SOON_S and not self.is_long

    @property
    def is_alone(self) -> bool:
        """Whether there is one process of each service: what it leaves undone is left."""
        return "replicas" not in self.options

    def does(self, *verbs: str) -> bool:
        """Tell whether somebody does one of these."""
        return any(deed.does in verbs for deed in self.deeds)

    def has(self, *names: str) -> bool:
        """Tell whether there is a fault whose name begins so."""
        return any(fault.name.startswith(names) for fault in self.faults)

    def stay(self, for_s: float) -> None:
        """Have somebody be there for so long, and for nothing else beside it."""
        others = [deed for deed in self.deeds if deed.does != "stays"]
        self.deeds = [*others, Deed("Sue", "stays", after_s=for_s)]

    def replay(self, chance: Random, after_s: float) -> None:
        """Have an operator replay all dead letters, and once more: asking twice is harmless."""
        again = Deed("Olga", "replays", after_s=chance.choice(LATER_S))
        # Who waits to replay is there for as long as it takes: nobody else has to stay.
        self.deeds = [*self.deeds[: MOST - 2], Deed("Olga", "replays", after_s=after_s), again]


def befall(chance: Random, it: Outline) -> None:
    """Have a storm befall what does not come by itself, if anything, and one plot at most."""
    if it.window_s <= SOON_S and it.has("stripe") and chance.random() < 0.6:
        it.stay(it.window_s + (REFUSED_S if it.has("stripe-no-balance") else GIVEN_UP_S))
    if any(deed.what.get("times") == LONG for deed in it.deeds):
        # Of a seat that nobody else takes; and without late messages it shows no more than a short.
        first = Deed("Sue", "lists", {"seat": APART, "price": "20.00"})
        it.deeds = [first, *map(_apart, it.deeds)]
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


def _silence(chance: Random, it: Outline) -> None:
    # A charge is then repeated for as long as the order lasts, and looked for at its end.
    it.faults += at_the_till.silence(chance, it.window_s)
    it.stay(it.window_s + GIVEN_UP_S)


def _late_answer(chance: Random, it: Outline) -> None:
    it.faults += at_the_till.late_answer(chance)
    it.options["replicas"] = 2
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "pays")
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
    it.deeds = it.deeds[:MOST]


def _deaf(chance: Random, it: Outline) -> None:
    # Whoever ends orders then has to look for them, each in its time: two of them, at least.
    if chance.random() < 0.7:
        it.faults.append(aimed.deaf_expiration())
    else:
        it.faults += aimed.away_at_the_end(it.window_s)
    if chance.random() < 0.4:
        it.faults.append(aimed.unconfirmed())
    seat = next(deed.what["seat"] for deed in it.deeds if deed.does == "lists")
    listed = [*it.listing([APART])]
    late = [
        Deed("Ana", "orders", {"seat": seat}),
        Deed("Ben", "orders", {"seat": APART}, after_s=APART_S),
        # Whose first card is declined in time may have no other one charged once that is over.
        Deed("Ben", "pays", {"seat": APART, "card": "tok_chargeDeclined"}),
        Deed("Ben", "pays", {"seat": APART, "card": "tok_visa"}, after_s=it.window_s + 1.0),
    ]
    it.deeds = it.deeds[: MOST - len(listed) - len(late) - 1]
    it.stay(it.window_s + OVERDUE_S)
    it.deeds = [*listed, *it.deeds, *late]


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
    it.replay(chance, aimed.INVALID_S + MENDED_S)


def _replayed(chance: Random, it: Outline) -> None:
    it.replay(chance, chance.choice(LATER_S))


def _refusing(chance: Random, it: Outline) -> None:
    service, fault = aimed.refusing(chance)
    it.faults.append(fault)
    inspects = Deed("Olga", "inspects", {"service": service, "times": INSPECTED})
    it.deeds = [*it.deeds[: MOST - 1], inspects]


def _crossed(chance: Random, it: Outline) -> None:
    # Another password is chosen in the moment in which somebody else is at the account.
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "resets")
    who, crossing = it.deeds[nth].who, chance.choice((_posted, _granted, _renewed, _besieged))
    it.faults += aimed.at_accounts(chance)
    crossed = [Deed(who, "forgets"), *crossing(chance, it, who), Deed(who, "tries")]
    it.deeds = [*it.deeds[:nth], *crossed, *it.deeds[nth + 1 :]][: MOST + 2]


def _locked(chance: Random, it: Outline) -> None:
    # Whoever has guessed too often has a letter, and is let in by what it chooses.
    nth = next(nth for nth, deed in enumerate(it.deeds) if deed.does == "guesses")
    who = it.deeds[nth].who
    resets = Deed(who, "resets", {"tab": 2, "later_s": GUESSED_S})
    it.deeds[nth : nth + 1] = [Deed(who, "forgets"), it.deeds[nth], resets]


def _posted(chance: Random, it: Outline, who: str) -> list[Deed]:
    # Whoever has a letter is quick, and that it is posted not noted yet.
    return [Deed(who, "resets", after_s=chance.choice(POSTING_S))]


def _granted(chance: Random, it: Outline, who: str) -> list[Deed]:
    # A letter that is asked for too soon is granted ten seconds after the first.
    resets = Deed(who, "resets", after_s=chance.uniform(*GRANTED_S))
    return [Deed(who, "forgets", after_s=1.0), resets]


def _renewed(chance: Random, it: Outline, who: str) -> list[Deed]:
    it.faults.append(aimed.upgraded_auth())
    it.options["rolled_out"] = {"salt_factory": 5}
    return _comes_back(who, chance.choice(CROSSED_S))


def _besieged(chance: Random, it: Outline, who: str) -> list[Deed]:
    return [Deed(who, "besieges"), *_comes_back(who, chance.choice(WAITS_S))]


def _comes_back(who: str, later_s: float) -> list[Deed]:
    resets = Deed(who, "resets", {"tab": 2, "later_s": later_s})
    return [Deed(who, "comes_back", after_s=POSTED_S), resets]


def _hesitant(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.hesitant(chance))


def _unanswered(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.unanswered(chance))


def _denied(chance: Random, it: Outline) -> None:
    it.faults.append(aimed.denied(chance, {deed.does for deed in it.deeds}))


def _rolled_out(chance: Random, it: Outline) -> None:
    # Each where it tells.
    is_of_auth = any(fault.name in BEGUN_ANEW and "auth" in str(fault) for fault in it.faults)
    it.options["rolled_out"] = dict(chance.choice(ROLLED_OUT[: 2 if is_of_auth else None]))


Plot = tuple[float, Callable[[Outline], bool], Callable[[Random, Outline], None]]

# Each with its share of the storms that it fits.
BESIDE: Final[Sequence[Plot]] = (
    (0.15, lambda it: it.does(*LETS_GO), _hesitant),
    (0.1, lambda it: bool(it.faults) and not it.is_long, _unanswered),
    (0.12, lambda it: not it.is_long and it.does(*aimed.WRITTEN), _denied),
    (0.3, lambda it: it.has(*BEGUN_ANEW), _rolled_out),
)
# Of which the first that comes is the only one.
PLOTS: Final[Sequence[Plot]] = (
    (0.15, lambda it: it.window_s > SOON_S and not it.is_long and "payments" in it.busy, _silence),
    (
        0.06,
        lambda it: it.window_s >= SOON_S / 2 and not it.is_long and it.does("pays"),
        _late_answer,
    ),
    (0.06, lambda it: it.ends_soon, _deaf),
    (0.015, lambda it: it.ends_soon, _crowd),
    (0.03, lambda it: it.does("looks_through"), _alike),
    (0.1, lambda it: it.window_s > SOON_S and not it.is_long and it.is_alone, _refilled),
    (0.04, lambda it: bool(it.faults) and not it.is_long, _unheard),
    (0.04, lambda it: not it.is_long, _refusing),
    (0.4, lambda it: not it.is_long and it.does("resets"), _crossed),
    (0.5, lambda it: it.does("guesses"), _locked),
    (0.05, lambda it: it.ends_soon, _invalidated),
    (0.3, lambda it: it.has("poison"), _replayed),
)

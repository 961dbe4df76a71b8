"""How a storm is drawn: who is there, what they are about to do, and in which rhythm."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from boxoffice import Deed, Storm
from boxoffice.clock import Random
from scenarios.swarm import swarm, weather
from scenarios.workload.flooding import DOORS, LIMITS
from scenarios.workload.outline import SOON_S, Outline
from scenarios.workload.plots import LETS_GO, LONG, befall

SEATS: Final = ("A", "B", "C")
PRICES: Final = ("20.00", "19.99", "0.50", "999999.99", "1.15", "8.20", "20.05", "45.00")
# Two good ones, so that whoever takes both for one order can be seen to.
CARDS: Final = (
    *("tok_visa", "tok_visa", "tok_mastercard", "tok_mastercard"),
    *("tok_chargeDeclined", "tok_chargeDeclined"),
    "tok_nonsense",  # which Stripe does not know
)
SHORTLY: Final = 3  # times to order and cancel
LETTER_S: Final = 1_800.0  # that a letter is good for
OUTSTAYS_S: Final = (12.0, 40.0, 240.0)  # that a session is over for
WAYS: Final = 32  # to say what makes no sense, at least
LONG_DEEDS: Final = ("outstays", "guesses", "floods")  # each takes a quarter of an hour or two
# What a store forgets is not counted any more.
COUNTED_DEEDS: Final = ("mistypes", "besieges", "sprays")
# The last two are two, whoever takes ß for ss.
ADDRESSES: Final = ("twins@example.com", "ana@example.com", "groß@example.com", "gross@example.com")
Habit = Sequence[str]  # verbs one after another; what is done at once stands with a plus


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What makes one storm another than the next.

    Of each tuple something is drawn, what stands there twice twice as often.  `seats` and `people`
    are how many there are, `lulls_s` what may lie between two deeds, and `windows_s` how long an
    order lasts, in seconds.
    """

    seats: Sequence[int]
    people: Sequence[int]
    lulls_s: Sequence[float]
    windows_s: Sequence[int]
    buyers: Sequence[Habit]
    seller: Sequence[Habit]


def drawn(rhythm: Rhythm, chance: Random, size: int) -> Storm:
    """Draw a storm of about so many deeds."""
    seats = SEATS[: chance.choice(rhythm.seats)]
    window_s = chance.choice(rhythm.windows_s)
    draw = _Draw(rhythm, chance, seats, [float(window_s)])
    deeds = draw.deeds(size)
    # Whoever has all seats at once has three orders, with one in the middle to let go of.
    listed = SEATS if any(deed.does == "collects" for deed in deeds) else seats
    deeds = [*draw.listing(listed), *deeds]
    options: dict[str, Any] = {"settings": {"expiration_window_s": window_s}}
    if chance.random() < 0.3:
        options["replicas"] = chance.choice((2, 2, 3))
    if chance.random() < 0.3:
        options["settings"]["most_open_orders"] = chance.choice((1, 1, 2))
    if any(deed.does == "floods" for deed in deeds):
        options["settings"] |= LIMITS
    # What breaks again and again for half an hour costs a run what a hundred others do.
    is_long = any(deed.does in (*LONG_DEEDS, *COUNTED_DEEDS) for deed in deeds)
    busy, replicas = _busy(deeds), options.get("replicas", 1)
    found = weather(chance, busy) if is_long else swarm(chance, busy, replicas)
    outline = Outline(deeds, found, options, window_s, busy, is_long, draw.listing)
    befall(chance, outline)
    return Storm(outline.deeds, outline.faults, outline.options)


def _busy(deeds: Sequence[Deed]) -> list[str]:
    """Return the services that somebody gives something to do beside what all of them do."""
    done = {deed.does for deed in deeds}
    return [service for service, verbs in BUSY.items() if done & {*verbs}]


@dataclass(frozen=True, slots=True)
class _Draw:
    rhythm: Rhythm
    chance: Random
    seats: Sequence[str]
    deadlines_s: Sequence[float]

    def listing(self, seats: Sequence[str]) -> Iterator[Deed]:
        for seat in seats:
            yield Deed("Sue", "lists", {"seat": seat, **self._price()})

    def deeds(self, size: int) -> list[Deed]:
        names = ("Ana", "Ben", "Cid", "Dot")[: self.chance.choice(self.rhythm.people)]
        found: list[Deed] = []
        if self.chance.random() < 0.75:
            found += self._habit("Sue", self.chance.choice(self.rhythm.seller))
        while len(found) < size:
            for name in names:
                found += self._habit(name, self.chance.choice(self.rhythm.buyers))
        if self.deadlines_s[0] <= SOON_S and self.chance.random() < 0.5:
            ends_s = self.deadlines_s[0] + self.chance.choice(AFTERWARDS_S)
            found.append(Deed("Sue", "stays", after_s=ends_s))
        return found

    def _habit(self, who: str, habit: Habit) -> Iterator[Deed]:
        seat = self.chance.choice(self.seats)
        for step in habit:
            after_s = self._lull_s(step)
            for number, does in enumerate(step.split("+")):
                what = self._what(who, does, seat)
                if number:
                    yield Deed(who, does, what | {"tab": number + 1})
                else:
                    yield Deed(who, does, what, after_s)

    def _price(self) -> dict[str, Any]:
        price = self.chance.choice(PRICES)
        # A form sends what stands in it, and a program a number.
        return {"price": json.loads(price) if self.chance.random() < 0.5 else price}

    def _lull_s(self, step: str) -> float:
        if step == "outlasts":
            return self.chance.choice(self.deadlines_s) + self.chance.choice(AFTERWARDS_S)
        if "resets" in step and self.chance.random() < 0.25:
            return LETTER_S + self.chance.choice((-30.0, 10.0, 60.0, 60.0))
        lull_s = self.chance.choice(self.rhythm.lulls_s)
        if lull_s >= 0.0:
            return lull_s
        # As long as an order lasts, give or take a moment.
        return max(0.0, self.chance.choice(self.deadlines_s) + self.chance.choice(AROUND_S))

    def _what(self, who: str, does: str, seat: str) -> dict[str, Any]:
        choice, what = self.chance.choice, dict[str, Any]()
        if does in OF_SEATS:
            what["seat"] = seat
        if does == "orders_another":
            what["seat"] = choice([it for it in self.seats if it != seat] or self.seats)
        if does.startswith("edits") or does == "retitles":
            what |= self._price()
        if does == "retitles":
            what["row"] = choice(("1", "2"))
        elif does == "pays":
            what["card"] = choice(CARDS)
            if self.chance.random() < 0.5:  # as most who are declined do at once
                what["other_card"] = choice(CARDS)
        elif does == "wavers":
            what["times"] = choice((SHORTLY, SHORTLY, LONG))
        elif does == "scribbles":
            what["tag"] = choice((True, False))
        elif does == "pesters":
            what["whose"] = choice(("Ana", "Ben"))
        elif does == "meddles":
            what["whose"] = choice([name for name in ("Ana", "Ben") if name != who])
        elif does in ("looks_through", "browses"):
            what["limit"] = choice((1, 1, 2, 100))
        elif does == "signs_up":
            what["address"] = choice(ADDRESSES)
        elif does == "outstays":
            what["late_s"] = choice(OUTSTAYS_S)
        elif does == "knocks":
            what["door"] = self.chance.randrange(8)
        elif does == "floods":
            what["door"] = self.chance.randrange(len(DOORS))
        elif does in ("errs", "babbles"):
            what["way"] = self.chance.randrange(WAYS)
        return what


AT_THE_DEADLINE_S: Final = -1.0
AROUND_S: Final = (-0.05, -0.005, 0.0, 0.005, 0.05, 1.0)
AFTERWARDS_S: Final = (0.05, 1.0, 3.0)
BUSY: Final = {
    "auth": ("forgets", "resets", "pesters"),
    "orders": LETS_GO,
    "payments": ("pays",),
    "expiration": ("outlasts", "stays"),
}
OF_SEATS: Final = (
    *("lists", "edits", "edits_as_seen", "edits_blindly", "retitles", "orders", "pays", "cancels"),
    *("wavers", "looks", "reads", "scribbles", "outlasts", "orders_another"),
)

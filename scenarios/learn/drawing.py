"""What the stories of each rung are made of: who does what and when, and what goes wrong."""

from collections.abc import Sequence
from typing import Final

from boxoffice import Deed, Storm
from boxoffice.clock import Random
from boxoffice.faults import (
    Fault,
    crashes,
    delays,
    duplicates,
    lost_requests,
    lost_responses,
    pauses,
    slow_calls,
    stripe_timeouts,
)
from scenarios.learn.people import PEOPLE

ASKED: Final = "asks.*"


def one_each(chance: Random, size: int) -> Storm:
    """Each wants a seat of their own."""
    return Storm([_orders(who, f"A{n}", chance.random()) for n, who in enumerate(PEOPLE, 1)])


def together(chance: Random, size: int) -> Storm:
    """Two or three want one seat in the same instant."""
    count = chance.choice((2, 2, 3))
    return Storm([_orders(who, "A1") for who in PEOPLE[:count]])


def twice(chance: Random, size: int) -> Storm:
    """The same, and messages come twice."""
    deeds = [
        _orders(who, chance.choice(("A1", "A1", "A2")), chance.choice((0.0, 0.0, 1.0)))
        for who in PEOPLE
    ]
    return Storm(deeds, [duplicates(of=ASKED, share=0.6, within_s=chance.choice((0.003, 2.0)))])


def any_order(chance: Random, size: int) -> Storm:
    """Each has a seat of their own, and may change their mind; messages overtake each other."""
    deeds = list[Deed]()
    for number, who in enumerate(PEOPLE, 1):
        deeds.append(_orders(who, f"A{number}", chance.random()))
        if chance.random() < 0.7:
            deeds.append(_of("cancels", deeds[-1], chance.choice((0.0, 0.1, 1.0))))
    overtaken = delays(by_s=0.5, of=ASKED, share=0.4)
    return Storm(deeds, [overtaken, duplicates(of=ASKED, share=0.3, within_s=0.2)])


def late(chance: Random, size: int) -> Storm:
    """Seats change hands, while what was said long ago is still on its way."""
    return Storm(_changing(chance), _disorder())


def dying(chance: Random, size: int) -> Storm:
    """The same, while the shop dies at any of its calls."""
    storm = late(chance, size)
    return Storm(storm.deeds, [*storm.faults, *_deaths()])


def expiring(chance: Random, size: int) -> Storm:
    """Some pay, some do not, and a seat that nobody has paid for is wanted again."""
    return Storm(_paying(chance), [*_disorder(), *_deaths(), *_slowness()])


def silent_company(chance: Random, size: int) -> Storm:
    """The same, and the card company charges, or not, and says nothing."""
    return Storm(_paying(chance), [*_disorder(), *_deaths(), *_slowness(), *_silence()])


def two_shops(chance: Random, size: int) -> Storm:
    """The same, and there are two of the shop, one of which may fall asleep at work."""
    asleep = [
        pauses(host, for_s=45.0, share=0.04, **moment)
        for host in ("shop", "shop-2")
        for moment in ({"before": "store.*_one"}, {"after": "store.*_one"})
    ]
    storm = silent_company(chance, size)
    return Storm(storm.deeds, [*storm.faults, *asleep])


def everything(chance: Random, size: int) -> Storm:
    """All of it, and store and bus do what they are asked without a word, or do not."""
    storm = two_shops(chance, size)
    lost = [
        losing(at=server, of=of, by="shop*", share=0.05)
        for losing in (lost_requests, lost_responses)
        for server, of in (("store", "*_one"), ("bus", "publish"))
    ]
    return Storm(storm.deeds, [*storm.faults, *lost])


def _paying(chance: Random) -> Sequence[Deed]:
    deeds = list[Deed]()
    for who in PEOPLE:
        for number in range(1, chance.choice((2, 2, 3))):
            seat = chance.choice(("A1", "A1", "A2"))
            pause_s = chance.choice((0.0, 0.0, 3.0, 450.0, 899.0, 1000.0))
            order = _orders(who, seat, pause_s, number)
            deeds.append(order)
            if chance.random() < 0.5:
                deeds.append(_of("pays", order, chance.choice((0.0, 1.0, 300.0, 899.5, 900.0))))
            if chance.random() < 0.3:
                deeds.append(_of("cancels", order, chance.choice((0.0, 1.0))))
    return deeds


def _changing(chance: Random) -> Sequence[Deed]:
    deeds = list[Deed]()
    for who in PEOPLE:
        seat = chance.choice(("A1", "A1", "A2"))
        deeds.append(_orders(who, seat, chance.choice((0.0, 0.0, 2.0, 4.0))))
        if chance.random() < 0.6:
            deeds.append(_of("cancels", deeds[-1], chance.choice((0.0, 1.0, 2.0))))
    return deeds


def _disorder() -> Sequence[Fault]:
    late = delays(by_s=5.0, of=ASKED, share=0.3)
    return [late, duplicates(of=ASKED, share=0.5, within_s=8.0)]


def _slowness() -> Sequence[Fault]:
    slow = (("store", "*_one"), ("bus", "publish"))
    return [slow_calls(by_s=0.7, at=server, of=of, by="shop*", share=0.1) for server, of in slow]


def _silence() -> Sequence[Fault]:
    return [stripe_timeouts(charged=charged, share=0.25) for charged in (True, False)]


def _deaths() -> Sequence[Fault]:
    calls = ("store.*_one", "bus.publish")
    return [
        *(crashes("shop", before=it, share=0.04) for it in calls),
        *(crashes("shop", after=it, share=0.04) for it in calls),
    ]


def _orders(who: str, seat: str, after_s: float = 0.0, number: int = 1) -> Deed:
    order = f"{who.lower()}-{number}"
    return Deed(who, "orders", {"order": order, "seat": seat}, round(after_s, 1))


def _of(verb: str, order: Deed, after_s: float) -> Deed:
    return Deed(order.who, verb, order.what, after_s)

"""What buyers do when they are declined, or have several orders at once."""

import asyncio
from types import SimpleNamespace

from pytest import mark

from scenarios.actors import Order, Ticket
from scenarios.answers import Payment, Refusal
from scenarios.workload.playing import VERBS

SEAT = Ticket("a" * 24, "A")


@mark.parametrize("free", ["ABC", "AC", "A", ""])
def test_whoever_collects_orders_all_seats_and_lets_go_of_the_last_but_one(free):
    did = []

    async def orders(seat):
        did.append(f"+{seat.title}")
        return Order(seat.title, seat, None) if seat.title in free else Refusal(400, "reserved")

    async def cancels(order):
        did.append(f"-{order.id}")

    async def seat(title):
        return Ticket(title, title)

    scene, who = SimpleNamespace(titles=["A", "B", "C"], seat=seat), SimpleNamespace()
    who.orders, who.cancels = orders, cancels
    asyncio.run(VERBS["collects"](scene, who, {}))
    again = ["-B", "+B"] if "B" in free else ["-A", "+A"]
    assert did == ["+A", "+B", "+C", *(again if len(free) > 1 else [])]


@mark.parametrize(
    ("declined", "other", "cards"), [(402, "b", "ab"), (402, "", "a"), (400, "b", "a")]
)
def test_whoever_is_declined_may_try_another_card(declined, other, cards):
    tried = []

    async def pays(order, card):
        tried.append(card)
        return Refusal(declined, "") if len(tried) == 1 else Payment("p1", "paid")

    scene = SimpleNamespace(order=lambda who, seat: Order("o", SEAT, None), payments={})
    what = {"seat": "A", "card": "a"} | ({"other_card": other} if other else {})
    asyncio.run(VERBS["pays"](scene, SimpleNamespace(name="Ana", pays=pays), what))
    assert "".join(tried) == cards

"""A hundred buyers, one ticket.

All of them order the last seat in the same instant while one message in ten is delivered twice.
One of them gets it; the others are told so.
"""

from boxoffice.faults import duplicates
from scenarios.actors import Order
from scenarios.scenario import scenario
from scenarios.shop.checks import no_double_sale, orders_settle
from scenarios.town import Town
from scenarios.zoo.holds import no_unique_hold


@scenario(
    faults=[duplicates(share=0.1)],
    checks=[no_double_sale, orders_settle],
    twins=[no_unique_hold],
    seed=6,
    size=100,
)
async def last_seat(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    buyers = town.crowd(town.size)
    await town.together(*(buyer.arrives() for buyer in buyers))
    answers = await town.together(*(buyer.orders(seat) for buyer in buyers))
    await town.quiet()
    placed = [answer for answer in answers if isinstance(answer, Order)]
    assert [order.buyer for order in placed] == [town.holder(seat)], "one of them has the seat"

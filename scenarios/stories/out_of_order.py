"""Four edits arrive reversed, and an order is cancelled before it was created.

Orders hears of Sue's last edit first.  Tickets and payments hear that Ana has cancelled before they
hear that she has ordered.  Each consumer notices the gap and asks for the message again later.
"""

from boxoffice.faults import delays
from scenarios.scenario import scenario
from scenarios.shop.checks import replicas_converge, reservation_agrees, versions_step_by_one
from scenarios.town import Town
from scenarios.zoo.versions import no_version_check


@scenario(
    faults=[
        delays([0.8, 0.6, 0.4, 0.2], of="ticket.updated", at="orders", nth=[1, 2, 3, 4]),
        delays(1.0, of="order.created", at="tickets"),
        delays(1.0, of="order.created", at="payments"),
    ],
    checks=[versions_step_by_one, replicas_converge, reservation_agrees],
    twins=[no_version_check],
)
async def out_of_order(town: Town) -> None:
    sue, ana = town.seller("Sue"), town.buyer("Ana")
    seat = await sue.lists("Front row", price="40.00")
    for price in ("41.00", "42.00", "43.00", "44.00"):
        await sue.edits(seat, price)
    await town.quiet()
    order = await ana.orders(seat)
    await ana.cancels(order)
    await town.quiet()
    assert town.holder(seat) is None
    assert town.status(order) == "cancelled"

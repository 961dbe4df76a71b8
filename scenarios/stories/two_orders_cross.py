"""The events of two orders for one ticket cross on their way.

Ana orders and cancels, Ben orders.  Ana's order reaches tickets after Ben's: no version says which
of the two is the later one, but the number that orders gave them does.
"""

from boxoffice.faults import delays
from scenarios.scenario import scenario
from scenarios.shop.checks import holder_releases, no_double_sale, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.holds import no_fencing


@scenario(
    faults=[delays(2.0, of="order.created", at="tickets", nth=[1])],
    checks=[reservation_agrees, holder_releases, no_double_sale],
    twins=[no_fencing],
)
async def two_orders_cross(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    regretted = await ana.orders(seat)
    await ana.cancels(regretted)
    await ben.orders(seat)
    await town.quiet()
    assert town.holder(seat) is ben

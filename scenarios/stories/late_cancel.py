"""Ana's cancellation arrives when the ticket is already Ben's.

Ana orders and cancels; Ben orders the same ticket at once.  Tickets hears of Ben's order before it
hears of Ana's cancellation, and must not take the ticket away from Ben.
"""

from boxoffice.faults import delays
from scenarios.scenario import scenario
from scenarios.shop.checks import holder_releases, no_double_sale, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.holds import no_holder_check


@scenario(
    faults=[delays(3.0, of="order.cancelled", at="tickets", nth=[1])],
    checks=[holder_releases, reservation_agrees, no_double_sale],
    twins=[no_holder_check],
)
async def late_cancel(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    regretted = await ana.orders(seat)
    await ana.sees(regretted, "awaiting:payment")
    await ana.cancels(regretted)
    await ben.orders(seat)
    await town.quiet()
    assert town.holder(seat) is ben

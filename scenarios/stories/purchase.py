"""One ticket is sold.

Sue lists a ticket, Ana orders it and pays.  Nothing goes wrong, and still five services must agree:
each hears of every version of the order, also of those it has no use for.
"""

from scenarios.scenario import scenario
from scenarios.shop.checks import (
    money_conserved,
    nothing_stuck,
    replicas_converge,
    reservation_agrees,
)
from scenarios.town import Town
from scenarios.zoo.versions import unheard_version


@scenario(
    checks=[money_conserved, replicas_converge, reservation_agrees, nothing_stuck],
    twins=[unheard_version],
)
async def purchase(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana = town.buyer("Ana")
    order = await ana.orders(seat)
    await ana.sees(order, "awaiting:payment")
    await ana.pays(order)
    await town.quiet()
    assert town.holder(seat) is ana
    assert town.status(order) == "complete"

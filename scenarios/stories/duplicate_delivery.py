"""Every event is delivered three times.

A broker that promises at least once may deliver more than once.  The copies come up to two seconds
late, when the ticket has long gone on, and change nothing.
"""

from boxoffice.faults import duplicates
from scenarios.scenario import scenario
from scenarios.shop.checks import replicas_converge, reservation_agrees, versions_step_by_one
from scenarios.town import Town
from scenarios.zoo.versions import no_version_check


@scenario(
    faults=[duplicates(copies=2, within_s=2.0)],
    checks=[versions_step_by_one, replicas_converge, reservation_agrees],
    twins=[no_version_check],
)
async def duplicate_delivery(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    regretted = await ana.orders(seat)
    await ana.sees(regretted, "awaiting:payment")
    await ana.cancels(regretted)
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben
    assert town.status(order) == "complete"

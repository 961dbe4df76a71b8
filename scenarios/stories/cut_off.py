"""Tickets is cut off for ten seconds, just when Ana's order runs out.

Nobody dies, and nobody forgets.  But the news of Ana's lapsed order was handed to tickets and never
got there, and the broker waits half a minute for an acknowledgement before it tries again.  Ben's
order is heard as soon as tickets can hear: before Ana's lapse, which must not let go of his ticket.
"""

from boxoffice.faults import partitions
from scenarios.scenario import scenario
from scenarios.shop.checks import (
    holder_releases,
    nothing_stuck,
    replicas_converge,
    reservation_agrees,
)
from scenarios.town import Town
from scenarios.zoo.holds import no_holder_check


@scenario(
    faults=[partitions("tickets", on="stored", of="order.cancelled", nth=[1], lasts_s=10.0)],
    checks=[holder_releases, reservation_agrees, replicas_converge, nothing_stuck],
    twins=[no_holder_check],
)
async def cut_off(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    abandoned = await ana.orders(seat)
    await town.passes(minutes=15)
    await ana.sees(abandoned, "cancelled")
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben
    assert town.status(order) == "complete"

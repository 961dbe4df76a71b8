"""Redis fails over, and Ana's alarm has never been.

It was set, and Redis had said so; but the copy that takes over had not heard of it yet.  No alarm
will ring, and nobody is told.  The ticket is Ben's all the same: orders ends by itself what is open
long past its time.
"""

from boxoffice.faults import lost_writes
from scenarios.scenario import scenario
from scenarios.shop.checks import orders_settle, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.alarms import no_second_line


@scenario(
    faults=[lost_writes(of="zadd", nth=[1])],
    checks=[orders_settle, reservation_agrees],
    twins=[no_second_line],
)
async def lost_timer(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    abandoned = await ana.orders(seat)
    await town.passes(minutes=16)
    await ana.sees(abandoned, "cancelled")
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben

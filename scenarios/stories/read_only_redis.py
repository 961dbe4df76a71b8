"""Redis takes no writes for twelve minutes, and Ana orders just then.

It has failed over, and everybody still asks the old one.  That Ana's order has a time limit cannot
be noted down meanwhile.  It is noted as soon as it can be, and the order ends when it should.
"""

from boxoffice.faults import read_only
from scenarios.scenario import scenario
from scenarios.shop.checks import nothing_stuck, orders_settle, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.refusals import blames_the_message


@scenario(
    # The first write, at the start, says that all timers are known.
    faults=[read_only(nth=[2], lasts_s=720.0)],
    checks=[orders_settle, reservation_agrees, nothing_stuck],
    twins=[blames_the_message],
)
async def read_only_redis(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    abandoned = await ana.orders(seat)
    await town.passes(minutes=16)
    await ana.sees(abandoned, "cancelled")
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben

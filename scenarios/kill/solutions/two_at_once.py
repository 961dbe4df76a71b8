"""Two of each, in the same instant, with databases that leave time between a look and a write."""

from boxoffice import faults
from scenarios.scenario import scenario
from scenarios.town import Town


@scenario(faults=[faults.slow_calls(by_s=1.0, of="mongo.update_one", by="tickets")])
async def two_buyers_and_two_tabs(town: Town) -> None:
    sue = town.seller("Sue")
    seat, box = await sue.lists("Front row", price="45.00"), await sue.lists("Box", price="90.00")
    ana, ben = town.buyers("Ana", "Ben")
    await town.together(ana.arrives(), ben.arrives())
    await town.together(ana.orders(seat), ben.orders(seat))
    await town.quiet()
    await sue.edits(seat, price="1.00")
    left, right = await town.together(sue.opens(box), sue.opens(box))
    await town.together(sue.saves(left, price="60.00"), sue.saves(right, title="Box, dusty"))
    await sue.saves(left, price="61.00")
    await town.quiet()

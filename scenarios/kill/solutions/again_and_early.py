"""Whatever is published comes twice, and some of it before what was said before it."""

from boxoffice import faults
from scenarios.scenario import scenario
from scenarios.town import Town


@scenario(faults=[faults.duplicates(share=0.7), faults.delays(2.0, share=0.4)])
async def again_and_early(town: Town) -> None:
    sue = town.seller("Sue")
    ana, ben = town.buyers("Ana", "Ben")
    seat = await sue.lists("Front row", price="45.00")
    await sue.edits(seat, price="46.00")
    await sue.edits(seat, price="47.00")
    await town.quiet()
    regretted = await ana.orders(seat)
    await ana.cancels(regretted)
    order = await ben.orders(seat)
    await town.quiet()
    await ben.pays(order)
    await town.quiet()

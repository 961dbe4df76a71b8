"""One seat is ordered and let go again and again; copies of what was said long ago come at the end.

The ticket cannot remember each order for ever, or it would grow with every one.  It remembers up to
which number its orders have ended, so that a copy of what they said is still seen to be one.
"""

from boxoffice.faults import duplicates
from scenarios.scenario import scenario
from scenarios.shop.checks import nothing_stuck, replicas_converge, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.memory import no_memory_of_the_forgotten

ROUNDS = 24


@scenario(
    faults=[duplicates(of="order.*", at="tickets", share=0.2, within_s=600.0)],
    checks=[nothing_stuck, replicas_converge, reservation_agrees],
    twins=[no_memory_of_the_forgotten],
)
async def well_worn_seat(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    for _ in range(ROUNDS):
        await ana.cancels(await ana.orders(seat))
    await ben.orders(seat)
    await town.passes(minutes=10)
    await town.quiet()
    assert town.holder(seat) is ben

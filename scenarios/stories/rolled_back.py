"""Sue raises a price, and in that moment her ticket's database fails over.

The copy that takes over has not heard of the new price, so there never was one.  Had it been
announced already, orders would go on with it and tickets without, and both would call it version 1.
But nothing is announced, and Sue is told nothing, before a majority of the servers has it.
"""

from boxoffice.faults import failovers
from scenarios.scenario import scenario
from scenarios.shop.checks import accepted_is_durable, every_version_announced, replicas_converge
from scenarios.town import Town
from scenarios.zoo.durability import no_majority


@scenario(
    # The first update takes what announced the ticket out of its outbox.
    faults=[failovers(of="update_one", at="tickets-db", nth=[2])],
    checks=[replicas_converge, accepted_is_durable, every_version_announced],
    twins=[no_majority],
)
async def rolled_back(town: Town) -> None:
    sue, ana = town.seller("Sue"), town.buyer("Ana")
    seat = await sue.lists("Front row", price="10.00")
    await town.passes(seconds=1)
    await sue.edits(seat, price="99.00")
    await town.passes(seconds=1)
    order = await ana.orders(seat)
    await town.quiet()
    assert town.holder(seat) is ana
    assert town.status(order) == "awaiting:payment"

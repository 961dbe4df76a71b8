"""The orders service dies between saving an order and announcing it.

Ana's order is stored, and nobody else knows: no reservation, no alarm.  When the service comes
back, it finds the announcement in the order's own document and makes up for it.  So the ticket is
Ben's a quarter of an hour later, and not nobody's for ever.
"""

from boxoffice.faults import crashes
from scenarios.scenario import scenario
from scenarios.shop.checks import accepted_is_durable, every_version_announced, orders_settle
from scenarios.town import Town
from scenarios.zoo.outboxes import no_outbox


@scenario(
    faults=[crashes("orders", on="write", of="orders.insert_one", at="orders-db", nth=[1])],
    checks=[every_version_announced, orders_settle, accepted_is_durable],
    twins=[no_outbox],
)
async def crash_before_publish(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    abandoned = await ana.orders(seat)
    await town.passes(seconds=10)
    assert await ana.status_of(abandoned) == "awaiting:payment", "nobody has heard of Ana's order"
    await town.passes(minutes=16)
    assert await ana.status_of(abandoned) == "cancelled"
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben

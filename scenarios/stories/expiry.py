"""Ana orders and walks away; after fifteen minutes Ben gets the ticket.

When tickets lets go of her seat, the change is lost on its way to the database.  The news that her
time is over comes again until it is stored, or the seat would be offered to nobody.
"""

from boxoffice.faults import lost_requests
from scenarios.scenario import scenario
from scenarios.shop.checks import orders_settle, replicas_converge, reservation_agrees
from scenarios.town import Town
from scenarios.zoo.acknowledgement import ack_first


@scenario(
    # The first change after the quarter of an hour is that which lets go of the seat.
    faults=[lost_requests(of="update_one", at="tickets-db", from_s=900.0, nth=[1])],
    checks=[orders_settle, replicas_converge, reservation_agrees],
    twins=[ack_first],
)
async def expiry(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    abandoned = await ana.orders(seat)
    await town.passes(minutes=14)
    assert not await ben.orders(seat), "the ticket is Ana's for a quarter of an hour"
    await town.passes(minutes=2)
    await ana.sees(abandoned, "cancelled")
    order = await ben.orders(seat)
    await ben.pays(order)
    await town.quiet()
    assert town.holder(seat) is ben

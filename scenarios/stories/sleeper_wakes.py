"""A process stands still between its decision and its deed, and goes on five minutes later.

Ana pays; payments writes down that it is about to charge her, and stands still.  She hears nothing,
and cancels.  The other process of payments looks at Stripe's books, finds no charge for two
minutes, and gives the payment up.  Then the sleeper wakes, and has only to send the charge.
"""

from boxoffice.faults import pauses, replicas
from scenarios.actors import Buyer, Ordered
from scenarios.scenario import scenario
from scenarios.shop.checks import nothing_stuck, replicas_converge
from scenarios.town import Town
from scenarios.zoo.cards import sleeper_sends


@scenario(
    faults=[
        replicas("payments", 2),
        # The second change of the order at payments is that a charge is about to be sent.
        pauses("payments", for_s=300.0, of="orders.update_one", at="payments-db", nth=[2]),
    ],
    checks=[nothing_stuck, replicas_converge],
    twins=[sleeper_sends],
)
async def sleeper_wakes(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana = town.buyer("Ana")
    order = await ana.orders(seat)
    await ana.sees(order, "awaiting:payment")
    await town.together(ana.pays(order), regrets(town, ana, order))
    await town.passes(minutes=6)
    await town.quiet()
    assert town.paid_cents(order) == 0, "Ana has cancelled, and has paid all the same"


async def regrets(town: Town, buyer: Buyer, order: Ordered) -> None:
    """Wait for a while, and cancel."""
    await town.passes(seconds=20)
    await buyer.cancels(order)

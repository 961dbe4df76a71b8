"""Each service dies in the middle of what it does, once, and comes back."""

from boxoffice import faults
from scenarios.scenario import scenario
from scenarios.town import Town


async def day(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana = town.buyer("Ana")
    order = await ana.orders(seat)
    await town.passes(seconds=5)
    await ana.pays(order)
    await town.passes(minutes=20)
    await town.quiet()


@scenario(faults=[faults.crashes("orders", after="mongo.insert_one", nth=[1])])
async def dies_with_an_order_stored(town: Town) -> None:
    await day(town)


@scenario(faults=[faults.crashes("tickets", after="mongo.update_one", nth=[1])])
async def dies_with_an_effect_stored(town: Town) -> None:
    await day(town)


@scenario(faults=[faults.crashes("tickets", before="mongo.update_one", nth=[1])])
async def dies_before_its_effect_is_stored(town: Town) -> None:
    await day(town)


@scenario(faults=[faults.crashes("orders", before="nats.publish", nth=[1])])
async def dies_before_it_is_published(town: Town) -> None:
    await day(town)


@scenario(faults=[faults.crashes("payments", after="stripe.charge", nth=[1])])
async def dies_with_a_card_charged(town: Town) -> None:
    await day(town)

"""A story of my own: who is there, what they do, and what goes wrong meanwhile."""

from boxoffice import faults  # noqa: F401 - duplicates, delays, crashes, slow_calls …
from scenarios.scenario import scenario
from scenarios.town import Town


@scenario(faults=[])
async def my_story(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana = town.buyer("Ana")
    order = await ana.orders(seat)
    await ana.pays(order)
    await town.quiet()

"""Three people, two seats, and everything goes wrong that can: a storm of which thousands are run.

Sue lists two seats and may change their prices; two others each try for one, and pay, change their
minds, forget the order or their password.  What they do is drawn from the seed, and so is which of
all faults strike meanwhile: those of a market day, late messages, a clock that is off, and services
that are cut off.
"""

from boxoffice.faults import delays, partitions, skews
from scenarios.actors import Buyer, Order, Seller, Ticket
from scenarios.scenario import scenario
from scenarios.storms.market_day import CARDS, market_day
from scenarios.town import Town

SEATS = 2
LULLS_S = (0.0, 0.0, 1.0, 30.0)  # before somebody does the next thing


@scenario(
    faults=[
        *market_day.faults,
        delays(3.0, share=0.05),
        partitions("orders", "payments", "tickets", any_one=True, on="write", share=0.02),
        skews("expiration", by_s=2.0, until_s=60.0),
    ],
    checks=market_day.checks,
    size=3,
)
async def rush(town: Town) -> None:
    sue, *buyers = town.seller("Sue"), *town.crowd(max(1, town.size - 1))
    for person in (sue, *buyers):
        person.pause_growth = 1.5  # looking all the time makes a storm long, and no worse
    seats = [await sue.lists(f"Seat {number}", price="20.00") for number in range(SEATS)]
    await town.together(_edits(town, sue, seats), *(_buys(town, each, seats) for each in buyers))


async def _edits(town: Town, seller: Seller, seats: list[Ticket]) -> None:
    chance = town.chance(seller.name)
    for seat in seats:
        if chance.random() < 0.5:
            await town.passes(seconds=chance.choice(LULLS_S))
            await seller.edits(seat, price=f"{chance.randint(10, 90)}.00")


async def _buys(town: Town, buyer: Buyer, seats: list[Ticket]) -> None:
    chance = town.chance(buyer.name)
    await town.passes(seconds=chance.choice(LULLS_S))
    order, mind = await buyer.orders(chance.choice(seats)), chance.random()
    if isinstance(order, Order):
        await town.passes(seconds=chance.choice(LULLS_S))
        if mind < 0.6:
            await buyer.pays(order, chance.choice(CARDS))
        if 0.5 < mind < 0.8:
            await buyer.cancels(order)
    elif mind < 0.2:
        await buyer.forgets_password()

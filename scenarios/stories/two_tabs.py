"""Sue has one ticket open in two tabs, changes something in each, and saves both.

A tab saves all that it shows.  Whoever saves last would put back what the other one has changed: a
lost update.  So each says which version it has seen, with If-Match, and what is another one by now
is not overwritten: 412, or 409 where both look before either writes.  Who is refused looks again,
decides again, and saves.
"""

from boxoffice.faults import slow_calls
from scenarios.actors import Refusal, Seller, Tab
from scenarios.scenario import scenario
from scenarios.shop.checks import conditions_hold, no_lost_update
from scenarios.town import Town
from scenarios.zoo.writes import blind_write


@scenario(
    # Long enough for the second to look before the first has written.
    faults=[slow_calls(by_s=1.0, of="mongo.update_one", by="tickets")],
    checks=[no_lost_update, conditions_hold],
    twins=[blind_write],
)
async def two_tabs(town: Town) -> None:
    sue = town.seller("Sue")
    seat = await sue.lists("Front row", price="45.00")
    left, right = await town.together(sue.opens(seat), sue.opens(seat))
    await town.together(
        changed(sue, left, price="60.00"), changed(sue, right, title="Front row, on the aisle")
    )
    await town.quiet()
    now = await sue.opens(seat)
    assert (now.title, now.price) == ("Front row, on the aisle", "60.00"), "both changes are there"


async def changed(seller: Seller, tab: Tab, **change: str) -> None:
    """Save a change, upon what is there by now where that is another version."""
    while isinstance(await seller.saves(tab, **change), Refusal):
        tab = await seller.opens(tab.ticket)

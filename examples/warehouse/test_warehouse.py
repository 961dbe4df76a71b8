"""Eight people want five books, while the network and the courier fail."""

import asyncio

import httpx
from warehouse.courier import courier
from warehouse.inventory import inventory

from boxoffice import System, faults

warehouse = System("warehouse")
warehouse.service("inventory", inventory, mongo="mongo", nats="nats", route="/")
warehouse.service("courier", courier, mongo="mongo", nats="nats", redis="redis")


@warehouse.always("stock never goes below zero", on="inventory.stock")
def not_negative(write):
    if write.after is not None:  # a deletion has no after
        assert write.after["left"] >= 0, f"{write.after['left']} left of {write.id}"


@warehouse.finally_("what is reserved is shipped")
def shipped(end):
    shelves = end.documents("inventory.stock").values()
    reserved = {each for shelf in shelves for each in shelf["reserved"]}
    missing = reserved - end.ids("shipping.shipments")
    assert not missing, f"never shipped: {', '.join(sorted(missing))}"


@warehouse.story(
    faults=[
        faults.duplicates(share=0.3),
        faults.slow_calls(by_s=0.2, at="mongo", share=0.3),
        faults.crashes("inventory", of="stock.update_one", share=0.2),
        faults.lost_requests(of="insert_one", at="mongo", share=0.3),
    ]
)
async def a_day(world):
    """Eight people want five books."""
    assert (await world.client("Ann").get("/health")).json() == "fine"
    await puts(world.client("Ann"), "/stock/book", {"count": 5})
    wishes = (puts(world.client(f"P{n}"), f"/reservations/r{n}", {"sku": "book"}) for n in range(8))
    assert sorted(await world.together(*wishes)) == [201] * 5 + [409] * 3


async def puts(person, path, body):
    """Ask until there is an answer; asking twice changes nothing."""
    while True:
        try:
            answer = await person.put(path, json=body)
        except httpx.TransportError:
            await asyncio.sleep(1)
        else:
            return answer.status_code

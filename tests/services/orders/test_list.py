"""What somebody has ordered: GET /api/orders, page by page."""

from pytest import mark

from scenarios.shop.life import SETTINGS
from tests.services.shop import Shop, refused

ORDERS = "/api/orders"


async def five(shop: Shop):
    """Return a buyer and the ids of their orders; two of them were placed in the same instant."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    seats = [await shop.ticket(sue) for _ in range(5)]
    await shop.sleep(1)
    ids = []
    for seat in seats:
        ids.append((await shop.placed(ana, seat["id"]))["id"])
        await shop.sleep(0.5)
    return ana, ids


async def pages(person, path):
    found = []
    while True:
        answer = await person.client.get(path)
        assert answer.status_code == 200, answer.text
        found.append([order["id"] for order in answer.json()])
        if "next" not in answer.links:
            return found
        path = answer.links["next"]["url"]


@mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_the_links_lead_through_all_orders_once_as_they_were_placed(play, limit):
    async def script(shop):
        ana, ids = await five(shop)
        return ids, await pages(ana, f"{ORDERS}?limit={limit}")

    ids, found = play(script)
    assert found == [ids[start : start + limit] for start in range(0, 5, limit)]


def test_what_is_given_less_time_than_what_was_placed_before_stands_behind_it(play):
    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        seats = [await shop.ticket(sue) for _ in range(2)]
        await shop.sleep(1)
        first = await shop.placed(ana, seats[0]["id"])
        shop.world.crash("orders", down_s=1.0)
        await shop.sleep(3)
        then = await shop.placed(ana, seats[1]["id"])
        assert then["expiresAt"] < first["expiresAt"]
        return [first["id"], then["id"]], await pages(ana, f"{ORDERS}?limit=1")

    shorter = SETTINGS.model_copy(update={"expiration_window_s": 10})
    placed, found = play(script, rolled_out=shorter)
    assert found == [[id] for id in placed]


def test_a_page_of_orders_holds_fifty_unless_asked_otherwise(play):
    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        seat = await shop.ticket(sue)
        for _ in range(51):
            order = await shop.placed(ana, seat["id"])
            await ana.client.delete(f"{ORDERS}/{order['id']}")
        return [len(page) for page in await pages(ana, ORDERS)]

    assert play(script) == [50, 1]


@mark.parametrize("query", ["limit=0", "limit=101", "limit=two", "limit=", "after=x", "after="])
def test_a_page_of_orders_that_cannot_be_is_refused(play, query):
    async def script(shop):
        ana = await shop.person("ana")
        return await ana.client.get(f"{ORDERS}?{query}")

    refused(play(script), 400, field=query.partition("=")[0])


def test_a_page_after_an_order_of_somebody_else_is_refused_as_one_after_none(play):
    async def script(shop):
        _, (hers, *_) = await five(shop)
        ben = await shop.person("ben")
        return [await ben.client.get(f"{ORDERS}?after={after}") for after in (hers, "0" * 24)]

    hers, none = play(script)
    refused(hers, 400, field="after")
    assert hers.content == none.content

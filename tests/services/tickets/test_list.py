"""What is for sale: GET /api/tickets, page by page."""

from pytest import mark

from tests.services.shop import Shop, refused

TICKETS = "/api/tickets"


async def five(shop: Shop) -> list[str]:
    sue = await shop.person("sue")
    return [(await shop.ticket(sue, f"Seat {number}"))["id"] for number in range(5)]


async def pages(shop: Shop, path: str) -> list[list[str]]:
    found = []
    while True:
        answer = await shop.stranger().get(path)
        assert answer.status_code == 200
        found.append([ticket["id"] for ticket in answer.json()])
        if "next" not in answer.links:
            return found
        path = answer.links["next"]["url"]


def test_tickets_are_listed_in_the_order_in_which_they_were_offered(play):
    async def script(shop):
        return await five(shop), await pages(shop, TICKETS)

    ids, found = play(script)
    assert found == [ids]


def test_each_listed_ticket_looks_as_it_does_on_its_own(play):
    async def script(shop):
        ticket = await shop.ticket(await shop.person("sue"))
        return ticket, (await shop.stranger().get(TICKETS)).json()

    ticket, listed = play(script)
    assert listed == [ticket]


@mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_the_links_lead_through_all_tickets_once(play, limit):
    async def script(shop):
        return await five(shop), await pages(shop, f"{TICKETS}?limit={limit}")

    ids, found = play(script)
    assert found == [ids[start : start + limit] for start in range(0, 5, limit)]


def test_a_page_holds_fifty_unless_asked_otherwise(play):
    async def script(shop):
        sue = await shop.person("sue")
        for number in range(51):
            await shop.ticket(sue, f"Seat {number}")
        return [len(page) for page in await pages(shop, TICKETS)]

    assert play(script) == [50, 1]


def test_what_is_reserved_is_not_for_sale(play):
    async def script(shop):
        ids = await five(shop)
        ana = await shop.person("ana")
        order = await shop.order(ana, ids[1])
        reserved = await pages(shop, TICKETS)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(1)
        return ids, reserved, await pages(shop, TICKETS)

    ids, reserved, released = play(script)
    assert reserved == [[ids[0], *ids[2:]]]
    assert released == [ids]


def test_nothing_for_sale_is_an_empty_list(play):
    async def script(shop):
        answer = await shop.stranger().get(TICKETS)
        return answer.status_code, answer.json(), "link" in answer.headers

    assert play(script) == (200, [], False)


@mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=two", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=" + "9" * 5_000, "limit"),
        ("after=x", "after"),
        ("after=", "after"),
        ("after=%00", "after"),
        ("after=%ff%fe", "after"),
        ("after[$gt]=", ""),
    ],
    ids=lambda text: text[:16],
)
def test_a_page_that_cannot_be_is_refused(play, query, field):
    async def script(shop):
        return await shop.stranger().get(f"{TICKETS}?{query}")

    answer = play(script)
    if field:
        refused(answer, 400, field=field)
    else:  # no parameter of ours: passed over, and surely no operator
        assert answer.status_code == 200

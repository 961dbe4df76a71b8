"""Putting a ticket up for sale, and looking at one."""

import json

from pytest import mark

from services.common.ids import is_object_id
from tests.services.shop import refused

TICKETS = "/api/tickets"
SOMEBODYS = "0" * 24
JSON = {"content-type": "application/json"}


def test_an_offer_is_answered_with_the_ticket(play):
    async def script(shop):
        sue = await shop.person("sue")
        answer = await sue.client.post(TICKETS, json={"title": "Front row", "price": 45.5})
        return sue, answer

    sue, answer = play(script)
    ticket = answer.json()
    assert answer.status_code == 201
    assert is_object_id(ticket.pop("id"))
    assert ticket == {"title": "Front row", "price": 45.5, "userId": sue.id, "version": 0}


def test_a_ticket_can_be_looked_at_by_anyone_with_its_version_as_etag(play):
    async def script(shop):
        ticket = await shop.ticket(await shop.person("sue"))
        return ticket, await shop.stranger().get(f"{TICKETS}/{ticket['id']}")

    ticket, answer = play(script)
    assert (answer.status_code, answer.json()) == (200, ticket)
    assert answer.headers["etag"] == '"0"'


def test_a_reserved_ticket_names_its_order(play):
    async def script(shop):
        ticket = await shop.ticket(await shop.person("sue"))
        order = await shop.order(await shop.person("ana"), ticket["id"])
        answer = await shop.stranger().get(f"{TICKETS}/{ticket['id']}")
        return answer.json()["orderId"] == order["id"]

    assert play(script)


@mark.parametrize("offer", [{"title": "Front row", "price": 45}, {"title": "", "price": -1}, {}])
def test_who_is_not_signed_in_offers_nothing_whether_it_makes_sense_or_not(play, offer):
    async def script(shop):
        return await shop.stranger().post(TICKETS, json=offer)

    refused(play(script), 401, "Not signed in")


@mark.parametrize("id", [SOMEBODYS, "x", "0" * 23, "0" * 25, "%00", "{'$ne': null}", "é" * 24])
def test_there_is_no_ticket_with_an_unknown_or_malformed_id(play, id):
    async def script(shop):
        await shop.ticket(await shop.person("sue"))
        return await shop.stranger().get(f"{TICKETS}/{id}")

    refused(play(script), 404, "Not found")


@mark.parametrize(
    ("price", "kept"),
    [
        ("20", 20),
        ("20.00", 20),
        ("0.50", 0.5),
        (0.5, 0.5),
        (0.57, 0.57),  # 0.57 * 100 is less than 57
        (999_999.99, 999_999.99),
        ("999999.99", 999_999.99),
        (1e3, 1_000),
    ],
)
def test_a_price_is_a_number_or_a_decimal_string(play, price, kept):
    async def script(shop):
        ticket = await shop.ticket(await shop.person("sue"), price=price)
        return ticket, (await shop.stranger().get(f"{TICKETS}/{ticket['id']}")).json()

    ticket, shown = play(script)
    assert ticket["price"] == shown["price"] == kept


NO_PRICES = [
    *("0.49", "1000000", "10.001", '"1_0"', '" 10"', '"\u0661\u0660"', '"1e2"', '"+1"', '"0x1"'),
    *("0", "-1", "0.001", "20.005", "1000000.01", "1e7", "1e400", "-0", "NaN", "Infinity"),
    *("-Infinity", "null", "true", "[]", "{}", "[20]", '""', '"twenty"', '"NaN"', '"sNaN"'),
    *('"-Infinity"', '"1e999999999"', '"1e-999999999"', '"20.001"', '{"$gt": 0}', '"20,00"'),
    '"4519154178232100713156380891.10"',  # of more digits than Decimal reckons with
    *('"\\u0000"', '"\\ud800"', "9" * 400, "9" * 5_000, f'"{"9" * 5_000}"', "1" + "0" * 30),
]
NO_TITLES = ["", " ", "\t\n", "x" * 201, None, 1, True, [], {}, ["A"], {"$ne": None}]
NO_TITLES += ["\ud800", "A\udfff"]


def test_a_price_that_is_none_is_refused(play):
    async def script(shop):
        sue = await shop.person("sue")
        for price in NO_PRICES:
            content = f'{{"title": "A", "price": {price}}}'
            answer = await sue.client.post(TICKETS, content=content, headers=JSON)
            refused(answer, 400, "from 0.50 to 999999.99" if names_it(price) else "")

    def names_it(price):
        # Half a character, and more digits than a number has, are no JSON.
        return "ud800" not in price and len(price) < 1_000

    play(script)


def test_a_title_that_is_none_is_refused_and_named(play):
    async def script(shop):
        sue = await shop.person("sue")
        for title in NO_TITLES:
            content = json.dumps({"title": title, "price": 45})
            answer = await sue.client.post(TICKETS, content=content, headers=JSON)
            refused(answer, 400, field="title")

    play(script)


@mark.parametrize(
    "title", ["x" * 200, "é", "🎭" * 200, "$where", "a.b", "<b>", "!", "שורה", "👩\u200d🚀", "❤️"]
)
def test_a_title_may_be_any_text_up_to_200_characters(play, title):
    async def script(shop):
        sue = await shop.person("sue")
        ticket = await shop.ticket(sue, title=title)
        order = await shop.order(await shop.person("ana"), ticket["id"])
        return ticket["title"], order["ticket"]["title"]

    assert play(script) == (title, title)


@mark.parametrize(
    "title",
    [
        "nul\0nul",
        "two\nlines",
        "two\u2028lines",
        "\x9b31mred",
        "\u202eevil",
        "a\u2066b\u2069",
        "left\u200eright",
        "Front\u200drow",
        "Front\u200brow",
        "soft\u00adhyphen",
        "\ufefffirst",
        "tag\U000e0041",
        "private\ue000use",
        "un\u0378assigned",
        "nothing\uffff",
        "\u200b",
        "\u2800",
        "\u3164",
        "\u115f",
        "\u00a0",
        "\ufe0f",
        "\u0301",
        "\u0301\u200d\u0301",
        "\u00e9\u200d\u00e9",
        "\u0430\u200c\u0430",
        "\u05d0\u200d\u200d\u05d0",
        "x\ufe0f",
        "\U000e0100x",
        "\u2764\ufe0f\ufe0f",
    ],
    ids=ascii,
)
def test_a_title_that_nobody_can_read_is_refused(play, title):
    async def script(shop):
        sue = await shop.person("sue")
        refused(
            await sue.client.post(TICKETS, json={"title": title, "price": 45}), 400, field="title"
        )

    play(script)


def test_a_title_has_one_spelling(play):
    async def script(shop):
        return (await shop.ticket(await shop.person("sue"), title="Cafe\u0301"))["title"]

    assert play(script) == "Caf\u00e9"


def test_blanks_around_a_title_are_dropped(play):
    async def script(shop):
        return (await shop.ticket(await shop.person("sue"), title="  Front row "))["title"]

    assert play(script) == "Front row"


def test_fields_that_nobody_asked_for_change_nothing(play):
    async def script(shop):
        sue = await shop.person("sue")
        offer = {"title": "A", "price": 1, "userId": SOMEBODYS, "version": 7, "orderId": SOMEBODYS}
        return sue, (await sue.client.post(TICKETS, json=offer)).json()

    sue, ticket = play(script)
    assert (ticket["userId"], ticket["version"]) == (sue.id, 0)
    assert "orderId" not in ticket

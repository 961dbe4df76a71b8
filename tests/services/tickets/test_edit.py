"""Changing what is offered: PUT /api/tickets/{id}."""

import asyncio

from pytest import mark

from tests.services.shop import Json, Person, Shop, refused

NEW = {"title": "Second row", "price": "30.50"}


async def put(
    person: Person, ticket: Json, if_match: str | bytes | None = None, offer: object = NEW
):
    headers = {} if if_match is None else {"if-match": if_match}
    return await person.client.put(f"/api/tickets/{ticket['id']}", json=offer, headers=headers)


async def sue_and_ticket(shop: Shop) -> tuple[Person, Json]:
    sue = await shop.person("sue")
    return sue, await shop.ticket(sue)


def test_an_edit_is_answered_with_the_next_version(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        answer = await put(sue, ticket)
        shown = await shop.stranger().get(f"/api/tickets/{ticket['id']}")
        return ticket, answer, shown

    ticket, answer, shown = play(script)
    assert answer.status_code == 200
    assert answer.json() == ticket | {"title": "Second row", "price": 30.5, "version": 1}
    assert answer.headers["etag"] == shown.headers["etag"] == '"1"'
    assert shown.json() == answer.json()


def test_orders_hears_of_an_edit(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        await put(sue, ticket)
        await shop.sleep(1)
        return (await shop.order(await shop.person("ana"), ticket["id"]))["ticket"]

    ordered = play(script)
    assert (ordered["title"], ordered["price"]) == ("Second row", 30.5)


@mark.parametrize("if_match", [None, '"0"', "*", ' "0" '])
def test_an_edit_from_the_latest_version_is_taken(play, if_match):
    async def script(shop):
        return await put(*await sue_and_ticket(shop), if_match)

    assert play(script).status_code == 200


@mark.parametrize("if_match", ['"1"', '"999999999999999999"'])
def test_an_edit_from_another_version_is_stale(play, if_match):
    async def script(shop):
        return await put(*await sue_and_ticket(shop), if_match)

    refused(play(script), 412, "version 0")


def test_an_edit_from_an_earlier_version_is_stale_and_changes_nothing(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        first = await put(sue, ticket, '"0"')
        second = await put(sue, ticket, '"0"', {"title": "Third row", "price": 1})
        shown = await shop.stranger().get(f"/api/tickets/{ticket['id']}")
        return first, second, shown

    first, second, shown = play(script)
    refused(second, 412)
    assert shown.json() == first.json()


def test_an_if_match_that_is_no_etag_of_ours_is_refused(play):
    too_long = '"' + "9" * 19 + '"'

    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        for etag in ("0", "", '"x"', '"-1"', 'W/"0"', '"0", "1"', too_long, '"0', "é"):
            refused(await put(sue, ticket, etag.encode("latin-1")), 400, field="If-Match")

    play(script)


def test_only_the_seller_changes_a_ticket(play):
    async def script(shop):
        _, ticket = await sue_and_ticket(shop)
        return await put(await shop.person("ana"), ticket)

    refused(play(script), 403, "Not yours")


def test_who_is_not_the_seller_learns_nothing_of_the_version(play):
    async def script(shop):
        _, ticket = await sue_and_ticket(shop)
        return await put(await shop.person("ana"), ticket, '"7"')

    refused(play(script), 403)


def test_who_is_not_signed_in_changes_nothing(play):
    async def script(shop):
        _, ticket = await sue_and_ticket(shop)
        return await shop.stranger().put(f"/api/tickets/{ticket['id']}", json=NEW)

    refused(play(script), 401, "Not signed in")


@mark.parametrize("id", ["0" * 24, "x"])
def test_an_unknown_ticket_cannot_be_changed(play, id):
    async def script(shop):
        return await put(await shop.person("sue"), {"id": id})

    refused(play(script), 404, "Not found")


@mark.parametrize(
    ("offer", "field"),
    [
        ({"title": "", "price": 1}, "title"),
        ({"title": "A", "price": 0}, "price"),
        ({"title": "A"}, "price"),
        ({"price": 1}, "title"),
        ([], ""),
        ("offer", ""),
        (None, ""),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(play, offer, field):
    async def script(shop):
        return await put(*await sue_and_ticket(shop), offer=offer)

    refused(play(script), 400, field=field)


def test_a_reserved_ticket_cannot_be_changed_and_a_released_one_can(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        ana = await shop.person("ana")
        order = await shop.order(ana, ticket["id"])
        refused(await put(sue, ticket), 400, "reserved")
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(1)
        return await put(sue, ticket)

    assert play(script).status_code == 200


def test_a_sold_ticket_cannot_be_changed(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        ana = await shop.person("ana")
        order = await shop.order(ana, ticket["id"])
        payment = {"orderId": order["id"], "token": "tok_visa"}
        assert (await ana.client.post("/api/payments", json=payment)).status_code == 201
        await shop.sleep(1_000)
        ticket_now = (await shop.stranger().get(f"/api/tickets/{ticket['id']}")).json()
        return ticket_now["orderId"] == order["id"], await put(sue, ticket)

    still_held, answer = play(script)
    assert still_held
    refused(answer, 400, "reserved")


@mark.parametrize("seed", range(5))
def test_of_edits_made_at_once_each_that_is_taken_has_a_version_of_its_own(play, seed):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        offers = [{"title": f"Row {number}", "price": number + 1} for number in range(6)]
        answers = await asyncio.gather(*(put(sue, ticket, offer=offer) for offer in offers))
        shown = await shop.stranger().get(f"/api/tickets/{ticket['id']}")
        return answers, shown.json()

    answers, shown = play(script, seed)
    taken = sorted(it.json()["version"] for it in answers if it.status_code == 200)
    assert taken == list(range(1, len(taken) + 1))
    assert shown["version"] == len(taken) < 6
    for answer in answers:
        if answer.status_code != 200:
            refused(answer, 409, "changed")


def test_of_two_edits_that_meet_one_is_taken_and_one_lost_the_race(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        return [await asyncio.gather(put(sue, ticket), put(sue, ticket)) for _ in range(20)]

    found = {tuple(sorted(it.status_code for it in answers)) for answers in play(script)}
    assert (200, 409) in found
    assert found <= {(200, 409), (200, 200)}


def test_of_two_edits_from_one_version_exactly_one_is_taken(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        answers = await asyncio.gather(*(put(sue, ticket, '"0"') for _ in range(8)))
        return sorted(answer.status_code for answer in answers)

    taken, *others = play(script)
    assert taken == 200
    assert set(others) <= {409, 412}


def test_an_edit_against_an_order_leaves_no_500_and_no_difference_behind(play):
    async def script(shop):
        sue, ticket = await sue_and_ticket(shop)
        ana = await shop.person("ana")
        await shop.sleep(1)
        edits = (put(sue, ticket, offer={"title": "B", "price": it + 1}) for it in range(3))
        order = ana.client.post("/api/orders", json={"ticketId": ticket["id"]})
        *answers, ordered = await asyncio.gather(*edits, order)
        await shop.sleep(5)
        shown = (await shop.stranger().get(f"/api/tickets/{ticket['id']}")).json()
        return {it.status_code for it in answers}, ordered.json()["id"] == shown["orderId"]

    statuses, held = play(script)
    assert statuses <= {200, 400, 409}
    assert held

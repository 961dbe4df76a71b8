"""Stripe over HTTP: its books, and the rules of keys as they come through headers."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import stripe
from pytest import fixture, mark, raises

from boxoffice.real.stores.stripe import serve_stripe

# The official client hands bytes to httpx under a name that httpx has given up.
pytestmark = mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")
HOST = "127.0.0.1"


@fixture(autouse=True)
def silent(monkeypatch):
    """Let the client write nothing into the home of whoever tests."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)


@asynccontextmanager
async def client_of(url):
    http = stripe.HTTPXClient()
    try:
        yield stripe.StripeClient(
            "sk_test_books", base_addresses={"api": url}, http_client=http, max_network_retries=0
        )
    finally:
        await http.close_async()


def told(story):
    """Play `story(client)` with an empty server and the official client."""

    async def play():
        async with serve_stripe(HOST, 0) as url, client_of(url) as client:
            return await story(client)

    return asyncio.run(play())


def asked(path, **params):
    """Ask an empty server for `path`; return the status and what is said."""

    async def play():
        async with serve_stripe(HOST, 0) as url, httpx.AsyncClient(base_url=url) as http:
            answer = await http.get(path, params=params)
            return answer.status_code, answer.json()

    return asyncio.run(play())


def charge(parcel, amount=4500):
    metadata = {"parcel_id": parcel}
    return {"amount": amount, "currency": "usd", "source": "tok_visa", "metadata": metadata}


async def charged(client, *parcels):
    return [await client.v1.charges.create_async(charge(it)) for it in parcels]


def test_the_latest_charge_comes_first_and_tells_whose_it_is():
    async def story(client):
        await charged(client, "a", "b", "c")
        found = await client.v1.charges.list_async()
        return found.has_more, [(each.metadata["parcel_id"], each.amount) for each in found.data]

    assert told(story) == (False, [("c", 4500), ("b", 4500), ("a", 4500)])


def test_a_refund_tells_whose_it_is_and_its_charge_says_so_too():
    async def story(client):
        first, second = await charged(client, "a", "b")
        for made, parcel in ((first, "a"), (second, "b")):
            metadata = {"parcel_id": parcel}
            await client.v1.refunds.create_async({"charge": made.id, "metadata": metadata})
        refunds = await client.v1.refunds.list_async()
        charges = await client.v1.charges.list_async({"limit": 1})
        listed = [(each.charge, each.metadata["parcel_id"]) for each in refunds.data]
        return listed == [(second.id, "b"), (first.id, "a")], charges.data[0].amount_refunded

    assert told(story) == (True, 4500)


def test_books_of_many_pages_are_read_to_their_end():
    async def story(client):
        await charged(client, *map(str, range(25)))
        first = await client.v1.charges.list_async({"limit": 10})
        after = {"limit": 10, "starting_after": first.data[-1].id}
        second = await client.v1.charges.list_async(after)
        read = [each.metadata["parcel_id"] async for each in first.auto_paging_iter()]
        return first.has_more, second.data[0].metadata["parcel_id"], read

    assert told(story) == (True, "14", [str(number) for number in reversed(range(25))])


def test_a_page_has_ten_entries_unless_another_number_is_asked_for():
    async def story(client):
        await charged(client, *map(str, range(11)))
        pages = [await client.v1.charges.list_async(each) for each in ({}, {"limit": 11})]
        return [(len(page.data), page.has_more) for page in pages]

    assert told(story) == [(10, True), (11, False)]


@mark.parametrize(
    "wrong",
    [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"starting_after": "ch_9"}, {"colour": "r"}],
)
@mark.parametrize("path", ["/v1/charges", "/v1/refunds"])
def test_a_page_that_cannot_be_is_refused(path, wrong):
    status, said = asked(path, **wrong)
    assert (status, said["error"]["param"]) == (400, next(iter(wrong)))


def test_books_that_are_empty_are_one_empty_page():
    empty = {"object": "list", "url": "/v1/charges", "has_more": False, "data": []}
    assert asked("/v1/charges") == (200, empty)


def test_a_key_is_answered_alike_and_charged_once():
    async def story(client):
        key = {"idempotency_key": "o"}
        made = [await client.v1.charges.create_async(charge("o"), key) for _ in range(2)]
        refunds = []
        for _ in range(2):
            given = {"charge": made[0].id, "metadata": {"parcel_id": "o"}}
            refunds.append(
                await client.v1.refunds.create_async(given, {"idempotency_key": "o-refund"})
            )
        with raises(stripe.IdempotencyError):
            await client.v1.charges.create_async(charge("o", 4501), key)
        books = await client.v1.charges.list_async(), await client.v1.refunds.list_async()
        return made[0] == made[1], refunds[0] == refunds[1], [len(each.data) for each in books]

    assert told(story) == (True, True, [1, 1])


def test_a_declined_card_is_in_the_books_as_a_charge_that_failed():
    async def story(client):
        with raises(stripe.CardError) as declined:
            await client.v1.charges.create_async(charge("o") | {"source": "tok_chargeDeclined"})
        (listed,) = (await client.v1.charges.list_async()).data
        return declined.value.http_status, listed.status, listed.paid

    assert told(story) == (402, "failed", False)


def test_a_form_that_is_no_text_is_refused_and_the_next_one_is_not():
    async def play():
        async with serve_stripe(HOST, 0) as url, httpx.AsyncClient(base_url=url) as http:
            bad = await http.post("/v1/charges", content=b"amount=\xff\xfe&source=%ff")
            good = await http.post("/v1/charges", data={"amount": "50", "source": "tok_visa"})
            return bad.status_code, good.status_code

    assert asyncio.run(play()) == (400, 200)

"""What payments sends is valid and what it reads is there.

stripe-mock keeps nothing and checks requests against Stripe's own description of its interface.
The rules of idempotency keys it does not have; tests/engine/servers/test_stripe.py holds the fake
to Stripe's words on them.
"""

from datetime import UTC, datetime

import stripe
from pytest import mark, raises

from services.payments.cashier import Cashier, Taken
from services.payments.domain import Cents, Order, OrderId, Payment, PaymentId, Status, UserId

# The official client hands bytes to httpx under a name that httpx has given up.
pytestmark = mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ORDER = Order(OrderId("o"), UserId("u"), Cents(4500), NOON)
CHARGE = {
    "amount": 4500,
    "currency": "usd",
    "source": "tok_visa",
    "metadata": {"order_id": "o"},
}
CHARGE_SHAPE = {
    "id": str,
    "object": str,
    "amount": int,
    "amount_refunded": int,
    "currency": str,
    "paid": bool,
    "refunded": bool,
    "status": str,
}
REFUND_SHAPE = {"id": str, "object": str, "amount": int, "charge": str, "status": str}


def payment(stripe_id: str | None = None) -> Payment:
    return Payment(PaymentId("p"), Status.PENDING, "tok_visa", 1, NOON, stripe_id)


def shape(found, wanted):
    """Return the types of the fields that are wanted, as far as they are there."""
    return {name: type(found[name]) for name in wanted if name in found}


def refused(story):
    """Return a story of how an attempt is refused."""

    async def attempt(client):
        with raises(stripe.InvalidRequestError) as error:
            await story(client)
        said = error.value
        return said.http_status, said.error.type, bool(said.user_message)

    return attempt


def test_the_cashier_takes_money(told):
    async def story(client):
        return await Cashier(client).charge(ORDER, payment())

    taken = told(story)
    assert isinstance(taken, Taken)
    assert taken.stripe_id.startswith("ch_")


def test_the_cashier_gives_it_back(told):
    async def story(client):
        taken = await Cashier(client).charge(ORDER, payment())
        return await Cashier(client).refund(ORDER, payment(taken.stripe_id))

    given = told(story)
    assert isinstance(given, Taken)
    assert given.stripe_id.startswith("re_")


def test_a_charge_has_the_fields_of_a_charge(told):
    async def story(client):
        return await client.v1.charges.create_async(CHARGE)

    made = told(story)
    assert shape(made, CHARGE_SHAPE) == CHARGE_SHAPE
    assert (made["object"], made["amount"], made["status"]) == ("charge", 4500, "succeeded")
    assert isinstance(made.metadata.to_dict(), dict)


def test_a_refund_has_the_fields_of_a_refund_and_names_its_charge(told):
    async def story(client):
        made = await client.v1.charges.create_async(CHARGE)
        return made, await client.v1.refunds.create_async({"charge": made.id})

    made, given = told(story)
    assert shape(given, REFUND_SHAPE) == REFUND_SHAPE
    assert (given["object"], given["charge"], given["status"]) == ("refund", made.id, "succeeded")


def test_a_charge_is_looked_up_by_its_id(told):
    async def story(client):
        made = await client.v1.charges.create_async(CHARGE)
        return made.id, await client.v1.charges.retrieve_async(made.id)

    id, found = told(story)
    assert found.id == id
    assert shape(found, CHARGE_SHAPE) == CHARGE_SHAPE


@mark.parametrize(
    "wrong",
    [{"amount": "many"}, {"metadata": "text"}, {"colour": "red"}],
    ids=["no-number", "no-table", "unknown-field"],
)
def test_a_request_that_is_not_valid_is_refused(told, wrong):
    assert told(refused(lambda client: client.v1.charges.create_async(CHARGE | wrong))) == (
        400,
        "invalid_request_error",
        True,
    )


def test_a_path_that_does_not_exist_is_refused(told):
    asked = refused(lambda client: client.raw_request_async("get", "/v1/unheard_of"))
    assert told(asked) == (404, "invalid_request_error", True)


def test_charges_are_listed_by_when_they_were_made(told):
    async def story(client):
        await client.v1.charges.create_async(CHARGE)
        since = {"created": {"gte": 1_000_000_000, "lte": 4_000_000_000}, "limit": 100}
        return await client.v1.charges.list_async(since)

    found = told(story)
    assert (found["object"], type(found["has_more"])) == ("list", bool)
    for charge in found.data:
        wanted = CHARGE_SHAPE | {"created": int}
        assert shape(charge, wanted) == wanted


def test_charges_are_searched_by_their_metadata(told):
    async def story(client):
        return await client.v1.charges.search_async({"query": "metadata['order_id']:'o'"})

    found = told(story)
    assert (found["object"], type(found["has_more"])) == ("search_result", bool)


@mark.parametrize("wrong", [{"colour": "red"}, {"limit": "many"}])
def test_a_list_that_is_not_valid_is_refused(told, wrong):
    status, kind, _ = told(refused(lambda client: client.v1.charges.list_async(wrong)))
    assert (status, kind) == (400, "invalid_request_error")

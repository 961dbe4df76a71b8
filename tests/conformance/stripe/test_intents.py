"""What stripe-mock knows of PaymentIntents, the fake knows as well: their fields and their forms.

stripe-mock keeps nothing, so no arm is asked for a state that was reached before;
tests/engine/servers/test_stripe_intents.py holds the fake to Stripe's words on those.
"""

import stripe
from pytest import mark, raises

# The official client hands bytes to httpx under a name that httpx has given up.
pytestmark = mark.filterwarnings("ignore:Use 'content=<...>' to upload:DeprecationWarning")

INTENT = {"amount": 4500, "currency": "usd", "metadata": {"parcel_id": "p1"}}
WITH_CARD = INTENT | {"payment_method": "pm_card_visa"}
HELD = WITH_CARD | {"confirm": True, "capture_method": "manual"}
SHAPE = {
    "id": str,
    "object": str,
    "amount": int,
    "amount_capturable": int,
    "amount_received": int,
    "capture_method": str,
    "client_secret": str,
    "confirmation_method": str,
    "created": int,
    "currency": str,
    "livemode": bool,
    "payment_method_types": list,
    "status": str,
}


def shape(found, wanted=SHAPE):
    """Return the types of the fields that are wanted, as far as they are there."""
    return {name: type(found[name]) for name in wanted if name in found}


@mark.parametrize("form", [INTENT, WITH_CARD, HELD], ids=["open", "with-card", "held"])
def test_an_intent_has_the_fields_of_an_intent(told, form):
    made = told(lambda client: client.v1.payment_intents.create_async(form))
    assert shape(made) == SHAPE
    assert made.object == "payment_intent"
    assert made.id.startswith("pi_")
    assert isinstance(made.metadata.to_dict(), dict)


@mark.parametrize(
    ("form", "verb", "asked"),
    [
        (WITH_CARD, "confirm", {}),
        (INTENT, "confirm", {"payment_method": "pm_card_visa", "return_url": "https://a.test/"}),
        (HELD, "capture", {"amount_to_capture": 4000}),
        (INTENT, "cancel", {"cancellation_reason": "requested_by_customer"}),
        (INTENT, "update", {"metadata": {"parcel_id": "p2"}, "description": "a parcel"}),
    ],
)
def test_each_step_answers_with_the_intent(told, form, verb, asked):
    async def story(client):
        made = await client.v1.payment_intents.create_async(form)
        step = getattr(client.v1.payment_intents, f"{verb}_async")
        return made.id, await step(made.id, asked)

    id, then = told(story)
    assert then.id == id
    assert shape(then) == SHAPE


def test_intents_are_looked_up_listed_and_searched(told):
    async def story(client):
        intents = client.v1.payment_intents
        made = await intents.create_async(INTENT)
        found = await intents.retrieve_async(made.id)
        listed = await intents.list_async({"limit": 3, "created": {"gte": 1_000_000_000}})
        searched = await intents.search_async({"query": "metadata['parcel_id']:'p1'"})
        return made.id == found.id, listed, searched

    same, listed, searched = told(story)
    assert same
    assert (listed.object, type(listed.has_more)) == ("list", bool)
    assert (searched.object, type(searched.has_more)) == ("search_result", bool)
    for intent in listed.data:
        assert shape(intent) == SHAPE


def test_a_refund_names_the_intent_and_the_charge(told):
    async def story(client):
        paid = await client.v1.payment_intents.create_async(WITH_CARD | {"confirm": True})
        asked = {"payment_intent": paid.id, "amount": 500, "reason": "duplicate"}
        given = await client.v1.refunds.create_async(asked)
        return paid.id, given, await client.v1.refunds.retrieve_async(given.id)

    id, given, found = told(story)
    assert (given.payment_intent, given.amount, given.status) == (id, 500, "succeeded")
    assert given.charge.startswith("ch_")
    assert found.id == given.id


@mark.parametrize(
    ("verb", "wrong"),
    [
        ("create", {"currency": "usd"}),
        ("create", {"amount": 4500}),
        ("create", INTENT | {"amount": "many"}),
        ("create", INTENT | {"confirm": "maybe"}),
        ("create", INTENT | {"capture_method": "later"}),
        ("create", INTENT | {"metadata": "text"}),
        ("create", INTENT | {"colour": "red"}),
        ("confirm", {"colour": "red"}),
        ("capture", {"amount_to_capture": "all"}),
        ("cancel", {"cancellation_reason": "bored"}),
        ("list", {"limit": "many"}),
        ("list", {"colour": "red"}),
    ],
    ids=str,
)
def test_a_form_that_does_not_fit_is_refused(told, verb, wrong):
    async def story(client):
        intents = client.v1.payment_intents
        at = []
        if verb in ("confirm", "capture", "cancel"):
            at = [(await intents.create_async(INTENT)).id]
        with raises(stripe.InvalidRequestError) as error:
            await getattr(intents, f"{verb}_async")(*at, wrong)
        return error.value.http_status, error.value.error.type

    assert told(story) == (400, "invalid_request_error")


def test_an_event_has_the_fields_of_an_event(told):
    async def story(client):
        await client.v1.payment_intents.create_async(INTENT)
        listed = await client.v1.events.list_async({"limit": 1})
        return listed.data[0], await client.v1.events.retrieve_async(listed.data[0].id)

    wanted = {"id": str, "object": str, "created": int, "livemode": bool, "type": str}
    for event in told(story):
        assert shape(event, wanted | {"pending_webhooks": int}) == wanted | {
            "pending_webhooks": int
        }
        assert event.data.object["object"]

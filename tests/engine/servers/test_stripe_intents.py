"""PaymentIntents go through Stripe's states, as seen by the official client."""

import asyncio

import stripe
from pytest import fixture, mark, raises

from boxoffice.errors import NotSimulated
from boxoffice.net.direct import Direct
from boxoffice.servers.stripe import FakeStripeServer, fake_stripe
from boxoffice.trace.trace import Trace

INTENT = {"amount": 4500, "currency": "usd", "metadata": {"parcel_id": "p1"}}
PAID = INTENT | {"payment_method": "pm_card_visa", "confirm": True}
SHIPPING = {"shipping": {"name": "Ann"}}
MANUAL = {"confirmation_method": "manual"}
HELD = PAID | {"capture_method": "manual"}


class Till:
    """A Stripe, its client, and a clock that is set by hand."""

    def __init__(self):
        self.now_s = 1_893_456_000.0
        self.trace = Trace(lambda: 0.0)
        self.server = FakeStripeServer(self.trace, lambda: self.now_s)
        client = fake_stripe(self.server, Direct())
        self.v1 = client.v1
        self.intents = client.v1.payment_intents

    def does(self, work):
        return asyncio.run(work)

    def created(self, form=INTENT, **options):
        return self.does(self.intents.create_async(form, options))

    def refused(self, work, kind=stripe.InvalidRequestError):
        with raises(kind) as said:
            self.does(work)
        return said.value

    def told(self):
        """Return the types of all events so far."""
        return [it["type"] for it in self.server.events.by_id.values()]


@fixture(name="till")
def _till():
    return Till()


def test_an_intent_waits_for_a_card_then_for_a_word_and_is_paid(till):
    made = till.created()
    assert (made.status, made.amount_received) == ("requires_payment_method", 0)
    with_card = till.does(till.intents.update_async(made.id, {"payment_method": "pm_card_visa"}))
    assert with_card.status == "requires_confirmation"
    paid = till.does(till.intents.confirm_async(made.id))
    assert (paid.status, paid.amount_received, paid.latest_charge) == (
        "succeeded",
        4500,
        "ch_00000001",
    )
    charge = till.does(till.v1.charges.retrieve_async(paid.latest_charge))
    assert (charge.payment_intent, charge.captured) == (made.id, True)
    assert charge.metadata.to_dict() == {"parcel_id": "p1"}
    assert till.told() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]


def test_what_is_created_and_confirmed_at_once_is_paid(till):
    assert till.created(PAID).status == "succeeded"
    assert till.does(till.intents.retrieve_async("pi_00000001")).status == "succeeded"


@mark.parametrize("word", ["true", "True"])
def test_yes_is_said_as_every_version_of_the_client_says_it(till, word):
    form = {"amount": "500", "currency": "usd", "confirm": word, "payment_method": "pm_card_visa"}
    _, paid = till.server.handle("post", "/v1/payment_intents", form, None)
    assert paid["status"] == "succeeded"


def test_a_declined_card_is_an_error_that_holds_the_intent(till):
    error = till.refused(
        till.intents.create_async(PAID | {"payment_method": "pm_card_chargeDeclined"}),
        stripe.CardError,
    )
    assert (error.http_status, error.code) == (402, "card_declined")
    intent = error.error.payment_intent
    assert intent.status == "requires_payment_method"
    assert intent.payment_method is None
    assert intent.last_payment_error.decline_code == "generic_decline"
    assert intent.latest_charge == error.error.charge == intent.last_payment_error.charge
    assert till.does(till.intents.retrieve_async(intent.id)).latest_charge == error.error.charge
    charge = till.does(till.v1.charges.retrieve_async(intent.latest_charge))
    assert (charge.status, charge.paid) == ("failed", False)
    again = till.does(till.intents.confirm_async(intent.id, {"payment_method": "pm_card_visa"}))
    assert again.status == "succeeded"
    assert again.latest_charge != charge.id
    assert "payment_intent.payment_failed" in till.told()


def test_money_that_is_held_is_captured_in_part_and_the_rest_is_given_back(till):
    held = till.created(HELD)
    assert (held.status, held.amount_capturable) == ("requires_capture", 4500)
    too_much = till.refused(till.intents.capture_async(held.id, {"amount_to_capture": 4501}))
    assert too_much.code == "amount_too_large"
    taken = till.does(till.intents.capture_async(held.id, {"amount_to_capture": 4000}))
    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 4000, 0)
    charge = till.does(till.v1.charges.retrieve_async(taken.latest_charge))
    assert (charge.amount_captured, charge.amount_refunded) == (4000, 500)


def test_money_that_is_held_is_given_back_by_a_cancellation(till):
    held = till.created(HELD)
    reason = {"cancellation_reason": "abandoned"}
    gone = till.does(till.intents.cancel_async(held.id, reason))
    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    charge = till.does(till.v1.charges.retrieve_async(held.latest_charge))
    assert (charge.refunded, charge.amount_refunded) == (True, 4500)


@mark.parametrize(
    ("form", "verb", "status"),
    [
        (PAID, "confirm", "succeeded"),
        (PAID, "capture", "succeeded"),
        (PAID, "cancel", "succeeded"),
        (INTENT, "capture", "requires_payment_method"),
        (INTENT, "confirm", "requires_payment_method"),
        (HELD, "confirm", "requires_capture"),
    ],
)
def test_what_does_not_fit_the_state_is_refused_and_changes_nothing(till, form, verb, status):
    made = till.created(form)
    error = till.refused(getattr(till.intents, f"{verb}_async")(made.id))
    assert (error.http_status, error.code) == (400, "payment_intent_unexpected_state")
    assert error.error.payment_intent.status == status
    assert till.does(till.intents.retrieve_async(made.id)).status == status


@mark.parametrize(("succeeds", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_a_card_that_has_to_be_proven_waits_for_its_owner(till, succeeds, status):
    made = till.created(PAID | {"payment_method": "pm_card_authenticationRequired"})
    assert (made.status, made.next_action.type) == ("requires_action", "use_stripe_sdk")
    till.server.authenticate(made.id, succeeds=succeeds)
    found = till.does(till.intents.retrieve_async(made.id))
    assert (found.status, bool(found.latest_charge)) == (status, succeeds)
    with raises(ValueError, match="waits for nobody"):
        till.server.authenticate(made.id)


def test_where_nobody_is_there_to_prove_it_the_card_is_declined(till):
    form = PAID | {"payment_method": "pm_card_authenticationRequired", "off_session": True}
    error = till.refused(till.intents.create_async(form), stripe.CardError)
    assert error.error.decline_code == "authentication_required"


def test_whoever_comes_back_has_a_page_to_go_to(till):
    form = {"payment_method": "pm_card_threeDSecure2Required", "return_url": "https://shop.test/"}
    made = till.created(PAID | form)
    assert made.next_action.redirect_to_url.return_url == "https://shop.test/"


def test_one_key_is_one_intent_with_the_answer_of_then(till):
    first = till.created(INTENT, idempotency_key="k")
    till.does(till.intents.confirm_async(first.id, {"payment_method": "pm_card_visa"}))
    again = till.created(INTENT, idempotency_key="k")
    assert (again.id, again.status) == (first.id, "requires_payment_method")
    error = till.refused(
        till.intents.create_async(INTENT | {"amount": 1}, {"idempotency_key": "k"}),
        stripe.IdempotencyError,
    )
    assert error.http_status == 400
    assert len(till.server.payment_intents) == 1


def test_an_answer_on_its_way_does_not_change_with_what_it_is_about(till):
    form = {"amount": "500", "currency": "usd", "metadata[parcel]": "p1"}
    _, answer = till.server.handle("post", "/v1/payment_intents", form, None)
    till.does(till.intents.confirm_async(answer["id"], {"payment_method": "pm_card_visa"}))
    assert answer["status"] == "requires_payment_method"


def test_a_confirmation_that_is_repeated_with_its_key_pays_once(till):
    made = till.created(INTENT | {"payment_method": "pm_card_visa"})
    for _ in range(2):
        paid = till.does(till.intents.confirm_async(made.id, {}, {"idempotency_key": "c"}))
        assert paid.status == "succeeded"
    assert len(till.server.charges) == 1
    assert [it["replayed"] for it in till.trace.of_kind("intent")] == [False, False, True]


@mark.parametrize("by", ["payment_intent", "charge"])
def test_an_intent_is_refunded_in_parts_and_no_further(till, by):
    paid = till.created(PAID)
    of = {by: paid.id if by == "payment_intent" else paid.latest_charge}
    part = till.does(till.v1.refunds.create_async(of | {"amount": 500}))
    assert (part.amount, part.payment_intent, part.charge) == (500, paid.id, paid.latest_charge)
    assert till.refused(till.v1.refunds.create_async(of | {"amount": 4001})).param == "amount"
    rest = till.does(till.v1.refunds.create_async(of))
    assert rest.amount == 4000
    assert till.refused(till.v1.refunds.create_async(of)).code == "charge_already_refunded"
    found = till.does(till.v1.refunds.list_async({"payment_intent": paid.id}))
    assert [it.id for it in found.data] == [rest.id, part.id]
    assert till.does(till.v1.refunds.retrieve_async(part.id)).amount == 500


def test_what_was_not_paid_is_not_refunded(till):
    error = till.refused(till.v1.refunds.create_async({"payment_intent": till.created().id}))
    assert "does not have a successful charge" in error.user_message


def test_intents_are_listed_and_found_by_their_metadata_after_a_minute(till):
    made = [till.created(INTENT | {"metadata": {"parcel": f"p{n}"}}).id for n in range(3)]
    listed = till.does(till.intents.list_async({"limit": 2}))
    assert ([it.id for it in listed.data], listed.has_more) == ([made[2], made[1]], True)
    query = {"query": "metadata['parcel']:'p1'"}
    assert till.does(till.intents.search_async(query)).data == []
    till.now_s += 60
    assert [it.id for it in till.does(till.intents.search_async(query)).data] == [made[1]]


def test_events_can_be_looked_up(till):
    paid = till.created(PAID, idempotency_key="k")
    listed = till.does(till.v1.events.list_async({"type": "payment_intent.succeeded"}))
    [event] = listed.data
    assert event.data.object["id"] == paid.id
    assert event.request.idempotency_key == "k"
    assert till.does(till.v1.events.retrieve_async(event.id)).type == "payment_intent.succeeded"


@mark.parametrize(
    "wrong",
    [
        {"amount": 10},
        {"amount": "many"},
        {"confirm": "maybe"},
        {"capture_method": "later"},
        {"payment_method": "pm_nobody"},
        {"colour": "red"},
        {"confirm": True},
    ],
    ids=str,
)
def test_a_form_that_makes_no_sense_is_refused_and_nothing_is_made(till, wrong):
    assert till.refused(till.intents.create_async(INTENT | wrong)).http_status == 400
    assert not till.server.payment_intents


@mark.parametrize(
    ("asked", "lacks"),
    [
        (lambda v1: v1.customers.list_async(), "Stripe's customers"),
        (lambda v1: v1.payment_intents.list_async({"ending_before": "x"}), "ending_before"),
        (
            lambda v1: v1.payment_intents.create_async(INTENT | {"shipping": {"name": "x"}}),
            "shipping",
        ),
        (
            lambda v1: v1.payment_intents.create_async(INTENT | {"confirmation_method": "manual"}),
            "confirmation_method",
        ),
    ],
)
def test_what_stripe_has_besides_says_that_it_is_not_simulated(till, asked, lacks):
    with raises(NotSimulated, match=lacks):
        till.does(asked(till.v1))


def test_a_charge_that_was_declined_is_not_refunded(till):
    made = till.created(INTENT | {"payment_method": "pm_card_chargeDeclined"})
    till.refused(till.intents.confirm_async(made.id), stripe.CardError)
    [charge] = [it.id for it in till.does(till.v1.charges.list_async()).data]
    error = till.refused(till.v1.refunds.create_async({"charge": charge}))
    assert str(error) == f"Charge {charge} was not paid, and cannot be refunded."


def test_what_is_only_authorised_is_not_given_back(till):
    charge = till.created(HELD).latest_charge
    with raises(NotSimulated, match="a refund of what is only authorised"):
        till.does(till.v1.refunds.create_async({"charge": charge}))


def test_a_charge_has_parameters_that_are_not_simulated(till):
    form = {"amount": 100, "currency": "usd", "source": "tok_visa", "description": "a parcel"}
    with raises(NotSimulated, match="Stripe's parameter description"):
        till.does(till.v1.charges.create_async(form))


def test_a_word_that_is_none_of_some_is_told_which_there_are(till):
    asked = {"payment_intent": till.created(PAID).id, "reason": "nope"}
    error = till.refused(till.v1.refunds.create_async(asked))
    assert "must be one of duplicate, fraudulent, requested_by_customer" in str(error)

"""The fake Stripe keeps Stripe's rules, as seen by the official client and below it."""

import asyncio
import json

import stripe
from pytest import fixture, mark, raises

from boxoffice.faults import lost_requests, lost_responses, refusals
from boxoffice.net.direct import Direct
from boxoffice.servers.stripe import DECLINES, FakeStripeServer, fake_stripe
from boxoffice.trace.trace import Trace
from tests.engine.toys.depot import held, met

CHARGE = {"amount": "4500", "currency": "usd", "source": "tok_visa", "metadata[parcel_id]": "o"}
DECLINED = CHARGE | {"source": "tok_chargeDeclined"}
INVALID = CHARGE | {"source": "tok_unheard_of"}


@fixture(name="trace")
def _trace() -> Trace:
    return Trace(lambda: 0.0)


@fixture(name="server")
def _server(trace) -> FakeStripeServer:
    return FakeStripeServer(trace)


def charge(server, form=CHARGE, key="k"):
    return server.handle("post", "/v1/charges", form, key)


def refund(server, charge_id, key="r"):
    form = {"charge": charge_id, "metadata[parcel_id]": "o"}
    return server.handle("post", "/v1/refunds", form, key)


# --- idempotency -----------------------------------------------------------------------------


def test_the_same_key_and_parameters_are_answered_alike_and_charge_once(server, trace):
    first, again = charge(server), charge(server)
    assert first == again
    assert first[0] == 200
    assert len(server.charges) == 1
    assert [event["replayed"] for event in trace.of_kind("charge")] == [False, True]


def test_another_key_charges_again(server):
    assert charge(server)[1]["id"] != charge(server, key="other")[1]["id"]
    assert charge(server, key=None)[1]["id"] != charge(server, key=None)[1]["id"]
    assert len(server.charges) == 4


@mark.parametrize("other", [{"amount": "4501"}, {"source": "tok_amex"}, {"currency": "eur"}])
def test_a_key_used_for_something_else_is_refused(server, other):
    charge(server)
    status, body = charge(server, CHARGE | other)
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    assert len(server.charges) == 1


def test_a_key_of_a_charge_is_no_key_of_a_refund(server):
    _, made = charge(server)
    status, body = refund(server, made["id"], key="k")
    assert (status, body["error"]["type"]) == (400, "idempotency_error")
    assert server.refunds == {}


def test_a_decline_is_kept(server):
    first, again = charge(server, DECLINED), charge(server, DECLINED)
    assert first == again
    assert (first[0], first[1]["error"]["type"]) == (402, "card_error")
    # The decline has used the key up: even a good card needs another one.
    assert charge(server)[1]["error"]["type"] == "idempotency_error"
    assert charge(server, key="k-2")[0] == 200


def test_what_failed_validation_is_not_kept(server):
    status, body = charge(server, INVALID)
    assert (status, body["error"]["code"]) == (400, "resource_missing")
    assert charge(server)[0] == 200


def test_a_charge_is_looked_up_as_it_is_now(server):
    _, made = charge(server)
    refund(server, made["id"])
    _, now = server.handle("get", f"/v1/charges/{made['id']}", {}, None)
    assert (now["refunded"], now["amount_refunded"]) == (True, 4500)


# --- charges and refunds ---------------------------------------------------------------------


@mark.parametrize("token", sorted(DECLINES))
def test_a_card_that_is_declined_is_not_charged(server, token):
    status, body = charge(server, CHARGE | {"source": token})
    assert (status, body["error"]["code"]) == (402, "card_declined")
    assert body["error"]["decline_code"] == DECLINES[token][0]
    [failed] = server.charges.values()  # Stripe lists it all the same
    assert (failed["id"], failed["status"]) == (body["error"]["charge"], "failed")
    assert not failed["paid"]
    assert refund(server, failed["id"])[0] == 400


def test_less_than_half_a_dollar_is_too_small_to_charge(server):
    status, body = charge(server, CHARGE | {"amount": "49"})
    assert (status, body["error"]["code"]) == (400, "amount_too_small")
    assert charge(server, CHARGE | {"amount": "50"})[0] == 200


def test_a_refund_gives_the_whole_charge_back(server):
    _, made = charge(server)
    status, given = refund(server, made["id"])
    assert (status, given["amount"], given["charge"]) == (200, 4500, made["id"])
    kept = server.charges[made["id"]]
    assert (kept["refunded"], kept["amount_refunded"]) == (True, 4500)


def test_a_second_refund_is_refused_and_with_the_same_key_repeated(server):
    _, made = charge(server)
    first = refund(server, made["id"])
    assert refund(server, made["id"]) == first
    status, body = refund(server, made["id"], key="other")
    assert (status, body["error"]["code"]) == (400, "charge_already_refunded")
    assert len(server.refunds) == 1


def test_what_is_not_there_is_missing(server):
    assert refund(server, "ch_0")[1]["error"]["code"] == "resource_missing"
    assert server.handle("get", "/v1/charges/ch_0", {}, None)[0] == 404
    assert server.handle("get", "/v1/unheard_of", {}, None)[0] == 404


@mark.parametrize(
    ("cents", "code"), [("49", "amount_too_small"), ("100000000", "amount_too_large")]
)
def test_a_charge_is_from_half_a_dollar_to_a_cent_below_a_million(server, cents, code):
    status, body = charge(server, CHARGE | {"amount": cents})
    assert (status, body["error"]["code"]) == (400, code)
    assert charge(server, CHARGE | {"amount": "50"}, "least")[0] == 200
    assert charge(server, CHARGE | {"amount": "99999999"}, "greatest")[0] == 200


# --- metadata --------------------------------------------------------------------------------


def test_metadata_are_kept_whatever_they_are_named(server):
    _, made = charge(server, CHARGE | {"metadata[kind]": "book"})
    assert made["metadata"] == {"parcel_id": "o", "kind": "book"}
    assert refund(server, made["id"])[1]["metadata"] == {"parcel_id": "o"}
    plain = {name: it for name, it in CHARGE.items() if name != "metadata[parcel_id]"}
    assert charge(server, plain, "plain")[1]["metadata"] == {}


def test_the_trace_tells_what_a_charge_is_for(server, trace):
    charge(server, CHARGE | {"metadata[kind]": "book"})
    (event,) = trace.of_kind("charge")
    assert (event["parcel"], event["metadata[kind]"], event.host) == ("o", "book", "stripe")


@mark.parametrize("name", ["n", "us", "host", "kind", "cause", "cause_number", "key", "id"])
def test_no_entry_of_the_metadata_takes_the_place_of_what_an_event_says(server, trace, name):
    charge(server)
    charge(server, CHARGE | {f"metadata[{name}]": "mine"}, "other")
    before, after = map(json.loads, (it.as_json() for it in trace.of_kind("charge")))
    assert after.pop(f"metadata[{name}]") == "mine"
    assert after == before | {"n": 1, "key": "other", "id": "ch_00000002"}


# --- through the official client, across a link ----------------------------------------------


def asked(*faults, token="tok_visa", times=1):
    """Charge through the client; return what each call led to, and the server."""
    world = met(*faults)

    async def script(world):
        client = held(world).stripe
        form = {"amount": 4500, "currency": "usd", "source": token, "metadata": {"parcel_id": "o"}}
        seen = []
        for _ in range(times):
            try:
                made = await client.v1.charges.create_async(form, {"idempotency_key": "k"})
                seen.append(made.id)
            except stripe.StripeError as error:
                seen.append(type(error))
        return seen

    return world.run(script), world.backends.stripe


def test_the_client_reads_the_charge_and_its_errors():
    assert asked()[0] == ["ch_00000001"]
    assert asked(token="tok_chargeDeclined")[0] == [stripe.CardError]
    assert asked(token="tok_unheard_of")[0] == [stripe.InvalidRequestError]


def test_a_call_is_about_the_first_entry_of_its_metadata():
    calls = []

    class Link(Direct):
        async def call(self, verb, about, effect, refuse=None):
            calls.append((verb, about))
            return await super().call(verb, about, effect, refuse)

    async def script():
        charges = fake_stripe(FakeStripeServer(Trace(lambda: 0.0)), Link()).v1.charges
        card = {"amount": 4500, "currency": "usd", "source": "tok_visa"}
        await charges.create_async(card | {"metadata": {"parcel_id": "o", "kind": "book"}})
        await charges.create_async(card)

    asyncio.run(script())
    assert calls == [("charge", "o"), ("charge", "")]


def test_a_lost_request_charges_nothing_and_a_lost_response_has_charged():
    seen, server = asked(lost_requests(at="stripe", of="charge"))
    assert (seen, len(server.charges)) == ([stripe.APIConnectionError], 0)
    seen, server = asked(lost_responses(at="stripe", of="charge"))
    assert (seen, len(server.charges)) == ([stripe.APIConnectionError], 1)


def test_after_a_lost_response_the_same_key_tells_what_became_of_it():
    seen, server = asked(lost_responses(at="stripe", of="charge", nth=[1]), times=2)
    assert seen == [stripe.APIConnectionError, "ch_00000001"]
    assert len(server.charges) == 1


@mark.parametrize("done", [False, True])
def test_a_fault_lets_stripe_fail_and_remember_it(done):
    fault = refusals("500", done=done, at="stripe", of="charge", nth=[1])
    seen, server = asked(fault, times=2)
    assert (seen, len(server.charges)) == ([stripe.APIError] * 2, int(done))


def test_a_fault_lets_stripe_be_busy_and_forget_it():
    seen, server = asked(
        refusals("429", at="stripe", nth=[1]), refusals("409", at="stripe", nth=[2]), times=3
    )
    assert seen == [stripe.RateLimitError, stripe.APIError, "ch_00000001"]
    assert len(server.charges) == 1


def test_a_stripe_that_is_down_is_refused_without_effect():
    world = met()

    async def script(world):
        world.crash("stripe")
        client = held(world).stripe
        with raises(stripe.APIConnectionError):
            await client.v1.charges.create_async(
                {"amount": 4500, "currency": "usd", "source": "tok_visa"}
            )

    world.run(script)
    assert world.backends.stripe.charges == {}

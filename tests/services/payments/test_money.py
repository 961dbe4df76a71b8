"""Whatever happens to a payment, the money is right in the end.

One order, and a buyer who pays it, cancels it, or lets it run out, at moments that are drawn; and
Stripe that does not answer, or payments that dies at a write.  Once all is quiet, a complete order
has cost its price, a cancelled one nothing, and no card was charged twice.
"""

from asyncio import gather
from contextlib import suppress

import httpx
from hypothesis import given, settings
from hypothesis import strategies as some
from pytest import mark

from boxoffice.faults import crashes, duplicates, lost_responses, reorders, stripe_timeouts
from tests.real.tiers import sampled
from tests.services.orders.books import (
    WINDOW_S,
    assert_balanced,
    charges,
    kept_cents,
    mirrors,
    orders,
    said,
)
from tests.services.shop import Shop, play

QUIET_S = 200.0
JUST_BEFORE_EXPIRY_S = WINDOW_S - 0.2


async def ordered(shop: Shop):
    sue, ana = await shop.person("sue"), await shop.person("ana")
    return ana, await shop.placed(ana, (await shop.ticket(sue))["id"])


async def later(shop: Shop, delay_s, request):
    """Send a request after a while; a buyer shrugs at what is refused or not answered."""
    await shop.sleep(delay_s)
    with suppress(httpx.TransportError):
        return await request()


def story(pays, cancels_after_s, expires_first):
    """Return a script: `pays` is a list of moments and tokens, counted from the same start."""

    async def script(shop: Shop):
        ana, order = await ordered(shop)
        if expires_first:
            await shop.sleep(JUST_BEFORE_EXPIRY_S)

        def paying(token):
            card = {"orderId": order["id"], "token": token}
            return lambda: ana.client.post("/api/payments", json=card)

        requests = [later(shop, moment_s, paying(token)) for moment_s, token in pays]
        if cancels_after_s is not None:
            path = f"/api/orders/{order['id']}"
            requests.append(later(shop, cancels_after_s, lambda: ana.client.delete(path)))
        await gather(*requests)
        await shop.sleep(WINDOW_S + QUIET_S)
        assert_balanced(shop.world)
        return orders(shop.world)[0]["status"]

    return script


moments = some.integers(0, 400).map(lambda ms: ms / 1000)
tokens = some.sampled_from(["tok_visa", "tok_visa", "tok_amex", "tok_chargeDeclined"])
stripe_faults = some.builds(
    lambda charged, nth: [stripe_timeouts(charged=charged, nth=nth)],
    some.booleans(),
    some.sampled_from([[1], [2], [1, 2, 3]]),
)
link_faults = some.sampled_from(
    [
        [],
        [lost_responses(of="refund", at="stripe", nth=[1, 2])],
        [duplicates(copies=2, of="order.*"), reorders(of="*", within_s=0.3)],
        [lost_responses(of="update_one", at="payments-db", share=0.3)],
        [lost_responses(of="publish", at="nats", share=0.3)],
    ]
)


@settings(max_examples=28)
@given(
    pays=some.lists(some.tuples(moments, tokens), min_size=1, max_size=3),
    cancels_after_s=some.none() | moments,
    expires_first=some.booleans(),
    faults=some.builds(lambda one, other: one + other, some.just([]) | stripe_faults, link_faults),
    seed=some.integers(0, 99),
)
def test_money_is_conserved_however_pay_cancel_and_expiry_cross(
    pays, cancels_after_s, expires_first, faults, seed
):
    play(story(pays, cancels_after_s, expires_first), seed, faults)


@mark.parametrize("nth", sampled(range(1, 9), every=4))
@mark.parametrize("cancels_after_s", [None, 0.03])
def test_money_is_conserved_when_payments_dies_at_any_of_its_writes(nth, cancels_after_s):
    faults = [crashes("payments", at="payments-db", nth=[nth], down_s=3.0)]
    play(story([(0.0, "tok_visa")], cancels_after_s, expires_first=False), nth, faults)


@mark.parametrize("of", ["charge", "refund"])
def test_money_is_conserved_when_payments_dies_right_after_stripe_has_done_it(of):
    faults = [crashes("payments", on=of, nth=[1], down_s=3.0)]
    status = play(story([(0.0, "tok_visa")], 0.01, expires_first=True), 3, faults)
    assert status == "cancelled"


def test_paying_again_and_again_while_payments_keeps_dying_charges_once():
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        card = {"orderId": order["id"], "token": "tok_visa"}

        async def pay():
            return await ana.client.post("/api/payments", json=card)

        for _ in range(8):
            await later(shop, 1.0, pay)
        await shop.sleep(60)
        assert len(charges(shop.world, order["id"])) == 1
        assert kept_cents(shop.world, order["id"]) == 4_500
        assert_balanced(shop.world)

    play(script, faults=[crashes("payments", on="charge", nth=[1, 2, 3], down_s=1.5)])


def test_what_was_paid_too_late_is_given_back_once_and_said_once():
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        card = {"orderId": order["id"], "token": "tok_visa"}
        await shop.sleep(1)
        # Payments does not hear of the cancellation in time: orders is cut off from the broker.
        shop.world.crash("nats")
        await shop.sleep(1)
        await ana.client.delete(f"/api/orders/{order['id']}")
        paid = await ana.client.post("/api/payments", json=card)
        assert (paid.status_code, paid.json()["status"]) == (201, "paid")
        shop.world.restart("nats")
        await shop.sleep(200)
        path = f"/api/payments/{paid.json()['id']}"
        assert (await ana.client.get(path)).json()["status"] == "refunded"
        amounts = {"orderId": order["id"], "amount": 4_500}
        (refunded,) = said(shop.world, "payment.refunded")
        assert amounts.items() <= refunded.items()
        assert refunded["version"] == 1
        again = await ana.client.post("/api/payments", json=card)
        assert again.json()["status"] == "refunded"
        assert_balanced(shop.world)

    play(script, faults=[lost_responses(of="refund", at="stripe", nth=[1, 2])])


def test_a_refund_that_somebody_made_by_hand_is_taken_for_made():
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        await shop.sleep(1)
        shop.world.crash("nats")
        await shop.sleep(1)
        await ana.client.delete(f"/api/orders/{order['id']}")
        card = {"orderId": order["id"], "token": "tok_visa"}
        await ana.client.post("/api/payments", json=card)
        (charge,) = charges(shop.world, order["id"])
        shop.world.backends.stripe.handle(
            "post", "/v1/refunds", {"charge": charge["id"]}, "an operator's own key"
        )
        shop.world.restart("nats")
        await shop.sleep(200)
        assert mirrors(shop.world)[0]["payment"]["status"] == "refunded"
        assert len(said(shop.world, "payment.refunded")) == 1
        assert_balanced(shop.world)

    play(script)

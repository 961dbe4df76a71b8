"""Stripe forgets a key after a day, and keeps errors under it: then its books are looked at."""

from asyncio import create_task, sleep
from contextlib import suppress

import httpx
from pytest import mark, raises

from boxoffice.faults import crashes, lost_responses, refusals, slow_calls, stripe_timeouts
from scenarios.shop.life import SETTINGS
from tests.real.tiers import sampled, unhurried
from tests.services.orders.books import WINDOW_S, assert_balanced, charges, mirrors, orders
from tests.services.payments.paying import ordered, pay
from tests.services.shop import PASSWORD, Shop, body

HOUR_S = 3600.0
DAYS = SETTINGS.model_copy(update={"expiration_window_s": 48 * 3600})


async def begun(request):
    """Send a request; return while its answer is still out."""
    task = create_task(request)
    await sleep(5.0)
    return task


def asked(shop: Shop, kind="charge"):
    return list(shop.world.trace.of_kind(kind))


def test_a_charge_whose_answer_is_a_day_old_is_found_and_given_back(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        assert (await pay(ana, order)).status_code == 202
        shop.world.crash("payments", down_s=25 * HOUR_S)
        await shop.sleep(26 * HOUR_S)
        assert len(charges(shop.world, order["id"])) == 1
        assert mirrors(shop.world)[0]["payment"]["status"] == "refunded"
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(nth=[1])])


@unhurried
def test_a_charge_that_stripe_never_heard_of_is_not_made_a_day_later(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        paying = await begun(pay(ana, order))
        shop.world.crash("payments", down_s=25 * HOUR_S)
        await shop.sleep(26 * HOUR_S)
        with raises(httpx.TransportError):
            await paying
        assert charges(shop.world, order["id"]) == []
        assert mirrors(shop.world)[0]["payment"]["status"] == "declined"
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(charged=False, nth=[1])])


@mark.parametrize("charged", [False, True])
def test_what_is_pending_for_a_cancelled_order_is_looked_up_and_not_charged(play, charged):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        paying = await begun(pay(ana, order))
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(180)
        assert (await paying).status_code == 202
        assert len(charges(shop.world, order["id"])) == int(charged)
        assert [it["replayed"] for it in asked(shop)] == [False] * int(charged)
        ended = "refunded" if charged else "declined"
        assert mirrors(shop.world)[0]["payment"]["status"] == ended
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(charged=charged, nth=[1])])


def test_a_request_that_is_under_way_when_the_order_is_cancelled_is_waited_for(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        # The charge reaches Stripe a minute after everybody has given it up.
        assert (await pay(ana, order)).status_code in (201, 202)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(400)
        assert_balanced(shop.world)

    play(script, seed=5, faults=[slow_calls(by_s=90.0, of="charge", at="stripe")])


@mark.parametrize("says", ["500", "502"])
def test_an_error_that_stripe_keeps_is_asked_for_seldom_and_never_charged_later(play, says):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        assert (await pay(ana, order)).status_code == 202
        await shop.sleep(3 * HOUR_S)
        assert len(asked(shop)) < 20
        assert orders(shop.world)[0]["status"] == "cancelled"
        assert charges(shop.world, order["id"]) == []
        assert mirrors(shop.world)[0]["payment"]["status"] == "declined"
        assert_balanced(shop.world)

    play(script, faults=[refusals(says, of="charge", at="stripe", nth=[1])])


def test_a_charge_that_was_made_and_answered_with_an_error_is_found_at_once(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        answer = await pay(ana, order)
        assert (answer.status_code, body(answer)["status"]) == (201, "paid")
        await shop.sleep(60)
        assert len(charges(shop.world, order["id"])) == 1
        assert orders(shop.world)[0]["status"] == "complete"
        assert_balanced(shop.world)

    play(script, faults=[refusals("500", done=True, of="charge", at="stripe", nth=[1])])


@mark.parametrize("says", ["409", "429", "401", "403"])
def test_a_refusal_that_passes_is_waited_out_with_the_same_key(play, says):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        assert (await pay(ana, order)).status_code == 202
        await shop.sleep(300)
        assert (await pay(ana, order)).status_code == 201
        assert {it["key"] for it in asked(shop)} == {order["id"]}
        assert_balanced(shop.world)

    play(script, faults=[refusals(says, lasts_s=120, of="charge", at="stripe", nth=[1])])


def test_how_seldom_stripe_is_asked_outlives_the_process(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        assert (await pay(ana, order)).status_code == 202
        for _ in range(100):
            shop.world.crash("payments", down_s=1.0)
            await shop.sleep(7)
        assert len(asked(shop)) < 15

    play(script, faults=[refusals("500", of="charge", at="stripe")])


@unhurried
@mark.parametrize("charged", [False, True])
def test_an_order_that_is_open_for_days_is_not_charged_unasked_a_day_later(play, charged):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        paying = await begun(pay(ana, order))
        shop.world.crash("payments", down_s=25 * HOUR_S)
        await shop.sleep(25 * HOUR_S + 600)
        credentials = {"email": ana.email, "password": PASSWORD}
        await ana.client.post("/api/users/signin", json=credentials)
        with raises(httpx.TransportError):
            await paying
        assert len(charges(shop.world, order["id"])) == int(charged)
        assert body(await pay(ana, order))["status"] == "paid"
        await shop.sleep(10)
        assert len(charges(shop.world, order["id"])) == 1
        assert_balanced(shop.world)

    faults = [stripe_timeouts(charged=charged, nth=[1])]
    play(script, faults=faults, settings=DAYS)


@mark.parametrize("seed", sampled(range(5), every=3))
def test_whoever_wakes_up_after_the_order_is_over_does_not_charge_for_it(play, seed):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        await pay(ana, order)  # answered hours later
        await shop.sleep(3 * HOUR_S)
        assert all(it.at_us < (WINDOW_S + 2) * 1e6 for it in asked(shop))
        assert_balanced(shop.world)

    slow = slow_calls(by_s=3 * HOUR_S, of="update_one", at="payments-db", from_s=1.2, nth=[1])
    play(script, seed, faults=[slow])


@mark.parametrize("seed", sampled(range(4), every=2))
def test_whatever_stripe_says_the_money_is_right_hours_later(play, seed):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        with suppress(httpx.TransportError):
            await pay(ana, order)
        if seed % 2:
            await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(3 * HOUR_S)
        assert_balanced(shop.world)

    faults = [
        refusals("500", at="stripe", of="charge", share=0.3, until_s=HOUR_S),
        refusals("503", done=True, at="stripe", share=0.3, until_s=HOUR_S),
        refusals("429", at="stripe", share=0.3, until_s=HOUR_S),
        lost_responses(at="stripe", share=0.3, until_s=HOUR_S),
        crashes("payments", at="payments-db", share=0.1, down_s=60, until_s=HOUR_S),
    ]
    play(script, seed, faults=faults)

"""A service that is told to end with requests in hand: nobody is left without an answer."""

import asyncio

from pytest import mark

from boxoffice.faults import departures, lost_requests, stripe_timeouts
from services.common.connection_draining import OutOfTime
from tests.services.payments.test_api import ordered, pay
from tests.services.shop import Shop, body, refused


@mark.parametrize("charged", [True, False])
def test_a_payment_that_stripe_is_silent_about_is_pending_and_settled_in_the_next_life(
    play, charged
):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        answer = await pay(ana, order)
        left = shop.world.trace.of_kind("leave")
        payment = body(answer)["id"]

        async def paid():
            found = await ana.client.get(f"/api/payments/{payment}")
            return found.status_code == 200 and body(found)["status"] == "paid"

        await shop.sleep(10)  # the next life has begun
        await shop.until(paid, within_s=120.0)
        return answer, left

    leaving = departures("payments", of="orders.update_one", at="payments-db", nth=[2])
    silent = stripe_timeouts(charged=charged, nth=[1])
    answer, left = play(script, faults=[leaving, silent])
    assert [event.host for event in left] == ["payments"]
    assert (answer.status_code, body(answer)["status"]) == (202, "pending")
    assert answer.headers["connection"] == "close"


def test_a_payment_that_stripe_answers_meanwhile_is_paid(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        return await pay(ana, order), shop.world.trace.of_kind("leave")

    leaving = departures("payments", of="orders.update_one", at="payments-db", nth=[2])
    answer, left = play(script, faults=[leaving])
    assert left
    assert (answer.status_code, body(answer)["status"]) == (201, "paid")


def test_whoever_is_in_hand_when_the_time_is_up_is_told_so(play, monkeypatch):
    # Less than a database has: what does not answer within that is told of otherwise.
    monkeypatch.setattr("scenarios.shop.life.ANSWERING_S", 0.5)

    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        asking = asyncio.create_task(ana.client.get(f"/api/orders/{order['id']}"))
        await asyncio.sleep(0.1)
        shop.world.crash("orders", 1.0, notice_s=0.5)
        return await asking

    silent = lost_requests(at="orders-db", from_s=0.9)
    refused(play(script, faults=[silent]), 503, OutOfTime().message)

"""Claim, charge, record; and the reconciler, which asks again until Stripe has answered."""

from asyncio import create_task, gather

from pytest import mark

from boxoffice.faults import delays, lost_requests, pauses, slow_calls, stripe_timeouts
from tests.services.orders.books import assert_balanced, charges, mirrors
from tests.services.payments.paying import ordered, pay
from tests.services.shop import Shop, body, refused


def calls(shop: Shop, kind="charge"):
    return list(shop.world.trace.of_kind(kind))


def test_the_claim_is_stored_before_stripe_is_asked(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        await pay(ana, order)
        (charge,) = calls(shop)
        claim = next(
            it
            for it in shop.world.trace.of_kind("write")
            if it["database"] == "payments" and it["after"].get("payment")
        )
        assert claim["after"]["payment"]["status"] == "pending"
        assert claim.number < charge.number

    play(script)


def test_claims_at_once_are_one_claim_and_stripe_is_asked_once(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        answers = await gather(*(pay(ana, order) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 202, 202, 202, 202]
        assert [event["replayed"] for event in calls(shop)] == [False]

    # All read the document before the first of them has written to it.
    play(script, faults=[slow_calls(by_s=0.2, of="update_one", at="payments-db", from_s=1.5)])


@mark.parametrize("replicas", [1, 2])
def test_two_cards_at_once_are_one_payment(play, replicas):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        cards = ["tok_visa", "tok_amex", "tok_mastercard"]
        answers = await gather(*(pay(ana, order, token) for token in cards))
        assert len({body(answer)["id"] for answer in answers}) == 1
        await shop.sleep(30)
        assert len(charges(shop.world, order["id"])) == 1
        assert_balanced(shop.world)

    play(script, replicas=replicas)


def test_no_token_is_kept_once_stripe_has_answered(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        refused(await pay(ana, order, "tok_chargeDeclined"), 402)
        assert mirrors(shop.world)[0]["payment"]["token"] == ""
        assert (await pay(ana, order)).status_code == 202
        assert mirrors(shop.world)[0]["payment"]["token"] == "tok_visa"
        await shop.sleep(30)
        (mirror,) = mirrors(shop.world)
        assert (mirror["payment"]["token"], mirror["payment"]["status"]) == ("", "paid")

    play(script, faults=[stripe_timeouts(nth=[2])])


def test_the_reconciler_asks_with_the_key_of_the_attempt_whose_answer_is_missing(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        refused(await pay(ana, order, "tok_chargeDeclined"), 402)
        assert (await pay(ana, order)).status_code == 202
        await shop.sleep(90)
        again = f"{order['id']}-2"
        assert [it["key"] for it in calls(shop)] == [order["id"], again, again, again]
        assert [it["replayed"] for it in calls(shop)] == [False, False, True, True]
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(nth=[2, 3])])


def test_a_decline_that_only_the_reconciler_hears_of_leaves_the_order_to_another_card(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        answer = await pay(ana, order, "tok_chargeDeclined")
        assert answer.status_code == 202
        await shop.sleep(30)
        path = f"/api/payments/{body(answer)['id']}"
        assert body(await ana.client.get(path))["status"] == "declined"
        assert (await pay(ana, order)).status_code == 201
        await shop.sleep(1)
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(nth=[1])])


def test_a_claim_is_left_to_the_request_that_made_it_while_that_may_still_run(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        began_s = shop.world.loop.time()
        await pay(ana, order)
        await shop.sleep(60)
        _, second = calls(shop)
        assert 10 <= second.at_us / 1e6 - began_s < 31

    play(script, faults=[stripe_timeouts(nth=[1])])


def test_a_reconciler_that_is_woken_leaves_a_charge_alone_that_is_under_way(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        other = await shop.order(ana, (await shop.ticket(await shop.person("kim")))["id"])
        asked = create_task(pay(ana, order))
        await shop.sleep(0.1)
        await ana.client.delete(f"/api/orders/{other['id']}")  # which wakes the reconciler
        assert (await asked).status_code == 201
        await shop.sleep(60)
        assert [event["replayed"] for event in calls(shop)] == [False]

    play(script, seed=2, faults=[slow_calls(by_s=9.0, of="charge", at="stripe")])


def test_a_settled_payment_is_never_asked_about_again(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        await pay(ana, order)
        await shop.sleep(600)
        assert len(calls(shop)) == 1

    play(script)


def test_while_stripe_is_down_the_payment_is_pending_and_afterwards_paid(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        shop.world.crash("stripe", down_s=120)
        await shop.sleep(1)
        answer = await pay(ana, order)
        assert (answer.status_code, body(answer)["status"]) == (202, "pending")
        await shop.sleep(150)
        assert (await pay(ana, order)).status_code == 201
        assert_balanced(shop.world)

    play(script)


def test_a_refund_is_asked_for_until_stripe_has_answered_and_made_once(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        # The charge is made, the answer lost; the buyer gives up.
        assert (await pay(ana, order)).status_code == 202
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(120)
        assert {it["key"] for it in calls(shop, "refund")} == {f"{order['id']}-refund"}
        assert [it["replayed"] for it in calls(shop, "refund")] == [False]
        (mirror,) = mirrors(shop.world)
        assert mirror["payment"]["status"] == "refunded"
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(nth=[1]), lost_requests(of="refund", nth=[1, 2])])


def test_two_reconcilers_at_once_do_no_harm(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        assert (await pay(ana, order)).status_code == 202
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(120)
        assert len(shop.world.backends.stripe.refunds) == 1
        assert_balanced(shop.world)

    play(script, replicas=2, faults=[stripe_timeouts(nth=[1, 2])])


def test_cancelled_before_created_is_asked_to_wait_and_then_applied(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(60)
        told = [
            (it["type"], it["decision"])
            for it in shop.world.trace.of_kind("decided")
            if it.host == "payments"
        ]
        assert told[0] == ("order.awaiting-payment", "gap")
        assert [it for it in told if it[1] == "apply"] == [
            ("order.created", "apply"),
            ("order.awaiting-payment", "apply"),
            ("order.cancelled", "apply"),
        ]
        assert_balanced(shop.world)

    play(script, faults=[delays(by_s=5.0, of="order.created", at="payments")])


def test_who_wakes_when_the_order_is_over_is_told_that_nothing_was_paid(play):
    async def script(shop: Shop):
        ana, order = await ordered(shop)
        answer = await pay(ana, order)
        assert (answer.status_code, calls(shop)) == (402, [])
        assert "came too late" in answer.text
        assert (await pay(ana, order)).status_code == 400

    slept = pauses("payments", 1_000.0, of="orders.update_one", at="payments-db", nth=[2])
    play(script, faults=[slept])

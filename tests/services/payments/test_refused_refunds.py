"""A refund that Stripe refuses is asked for again, with another key and ever more seldom."""

from pytest import mark

from boxoffice.faults import crashes, failed_refunds, lost_responses, refusals
from tests.real.tiers import sampled
from tests.services.orders.books import assert_balanced, charges, mirrors, said
from tests.services.shop import Shop

HOUR_S = 3600.0


async def owed(shop: Shop):
    """Have an order paid, of which payments hears too late that it was cancelled."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    order = await shop.order(ana, (await shop.ticket(sue))["id"])
    await shop.sleep(1)
    shop.world.crash("nats")
    await shop.sleep(1)
    await ana.client.delete(f"/api/orders/{order['id']}")
    card = {"orderId": order["id"], "token": "tok_visa"}
    assert (await ana.client.post("/api/payments", json=card)).status_code == 201
    shop.world.restart("nats")
    return order


def asked(shop: Shop):
    return list(shop.world.trace.of_kind("refund"))


def no_balance(until_s, **more):
    return refusals("balance_insufficient", of="refund", at="stripe", until_s=until_s, **more)


@mark.parametrize("hours", sampled([1, 0.1, 5, 12], every=4))
def test_a_refund_is_made_within_the_hour_after_the_balance_is_there(play, hours):
    async def script(shop: Shop):
        order = await owed(shop)
        await shop.sleep((hours + 1) * HOUR_S)
        calls = asked(shop)
        assert len(calls) < 30
        assert [it["outcome"] for it in calls[-2:]] == ["balance_insufficient", "succeeded"]
        assert len({it["key"] for it in calls}) == len(calls)
        assert calls[0]["key"] == f"{order['id']}-refund"
        assert calls[1]["key"] == f"{order['id']}-refund-2"
        assert mirrors(shop.world)[0]["payment"]["status"] == "refunded"
        assert len(said(shop.world, "payment.refunded")) == 1
        assert_balanced(shop.world)

    play(script, faults=[no_balance(hours * HOUR_S)])


def test_pauses_outlive_the_process(play):
    async def script(shop: Shop):
        await owed(shop)
        for _ in range(30):
            await shop.sleep(110)
            shop.world.crash("payments", down_s=1.0)
        assert 3 <= len(asked(shop)) <= 8

    play(script, faults=[no_balance(HOUR_S)])


@mark.parametrize("seed", range(3))
def test_a_refund_is_made_once_however_answers_get_lost_between_refusals(play, seed):
    async def script(shop: Shop):
        order = await owed(shop)
        await shop.sleep(3 * HOUR_S)
        (charge,) = charges(shop.world, order["id"])
        assert charge["amount_refunded"] == charge["amount"]
        assert len(shop.world.backends.stripe.refunds) == 1
        assert_balanced(shop.world)

    faults = [
        no_balance(HOUR_S, share=0.4),
        refusals("500", done=True, of="refund", at="stripe", share=0.3, until_s=HOUR_S),
        lost_responses(of="refund", at="stripe", share=0.4, until_s=HOUR_S),
        crashes("payments", on="refund", share=0.3, down_s=30, until_s=HOUR_S),
    ]
    play(script, seed, faults=faults)


@mark.parametrize("done", [False, True])
def test_an_error_that_is_kept_under_a_refunds_key_does_not_keep_the_money(play, done):
    async def script(shop: Shop):
        await owed(shop)
        await shop.sleep(600)
        assert len(shop.world.backends.stripe.refunds) == 1
        assert len(asked(shop)) <= 3
        assert_balanced(shop.world)

    play(script, faults=[refusals("500", done=done, of="refund", at="stripe", nth=[1])])


def test_a_refund_that_is_refused_is_seen_until_it_is_made(play):
    async def script(shop: Shop):
        async def refused():
            page = (await shop.within("payments").get("/metrics")).text
            found = [it for it in page.splitlines() if it.startswith("boxoffice_refunds_refused")]
            return [float(it.split()[-1]) for it in found]

        order = await owed(shop)
        assert await refused() == [0.0]
        await shop.sleep(0.9 * HOUR_S)
        assert await refused() == [1.0]
        logged = [it for it in shop.world.trace.of_kind("log") if it.get("outcome") == "refused"]
        assert all((it["order"], it["call"]) == (order["id"], "refund") for it in logged)
        assert "balance_insufficient" in logged[0]["reason"]
        await shop.sleep(HOUR_S)
        assert await refused() == [0.0]

    play(script, faults=[no_balance(HOUR_S)])


def test_a_refund_that_has_failed_is_asked_for_again_with_another_key(play):
    async def script(shop: Shop):
        order = await owed(shop)
        await shop.sleep(HOUR_S)
        calls = asked(shop)
        assert [it["outcome"] for it in calls] == ["failed", "failed", "succeeded"]
        assert len({it["key"] for it in calls}) == len(calls)
        (charge,) = charges(shop.world, order["id"])
        assert charge["amount_refunded"] == charge["amount"]
        assert len(said(shop.world, "payment.refunded")) == 1
        assert_balanced(shop.world)

    play(script, faults=[failed_refunds(nth=[1, 2])])

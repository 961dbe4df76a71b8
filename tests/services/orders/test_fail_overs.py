"""A database fails over: what only its primary had is gone, and nobody may have gone by it."""

from contextlib import suppress

from pytest import mark

from boxoffice.faults import duplicates, failovers
from scenarios.shop.checks import collect_evidence, judge
from tests.real.tiers import sampled
from tests.services.orders.books import WINDOW_S, assert_balanced
from tests.services.shop import Shop


def violated(shop: Shop):
    """Return which invariants do not hold."""
    return [it.invariant for it in judge(collect_evidence(shop.world)) if it.violations]


@mark.parametrize("seed", sampled(range(8), every=4))
def test_a_copy_that_finds_its_message_applied_is_not_acknowledged_for_what_is_then_lost(
    play, seed
):
    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        for _ in range(4):
            ticket = await anyhow(shop, lambda: shop.ticket(sue))
            await shop.placed(ana, ticket["id"])
        await shop.sleep(30)
        assert shop.world.trace.of_kind("failover")
        shop.world.faults.heal()
        await shop.sleep(120)
        assert violated(shop) == []
        await shop.sleep(WINDOW_S)
        assert_balanced(shop.world)

    twice = duplicates(share=1.0, within_s=0.08, of="order.created", at="tickets")
    lost = failovers(of="update_one", at="tickets-db", share=0.5)
    play(script, seed, replicas=2, faults=[twice, lost])


@mark.parametrize("service", ["auth", "tickets", "orders", "payments"])
@mark.parametrize("nth", sampled(range(1, 9), every=4))
def test_any_write_may_be_lost_and_nothing_that_was_answered_is(play, service, nth):
    async def script(shop: Shop):
        sue = await anyhow(shop, lambda: shop.person("sue"))
        ana = await anyhow(shop, lambda: shop.person("ana"))
        for _ in range(2):
            ticket = await anyhow(shop, lambda: shop.ticket(sue))
            order = await anyhow(shop, lambda id=ticket["id"]: shop.placed(ana, id))
        card = {"orderId": order["id"], "token": "tok_visa"}
        await shop.sleep(2)
        await ana.client.post("/api/payments", json=card)
        await shop.sleep(WINDOW_S + 100)
        assert violated(shop) == []

    lost = failovers(of="*_one", at=f"{service}-db", nth=[nth])
    play(script, faults=[lost])


async def anyhow(shop: Shop, deed):
    """Do something until it is answered with success."""

    async def done():
        with suppress(AssertionError):  # what 503 becomes
            return await deed()

    return await shop.until(done)

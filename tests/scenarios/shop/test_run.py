"""A run of the shop is judged twice: what expires in between covers nothing up."""

from boxoffice import Scenario, Verdict, run
from scenarios.shop.system import SHOP
from tests.services.shop import Shop


def scenario(script):
    """Return a scenario of a script that is given a shop."""

    async def play(world, size):
        await script(Shop(world))

    return Scenario("told-here", "One line.", play, (), (), (), SHOP)


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def messages(outcome, invariant):
    return [one.message for one in outcome.violations if one.invariant == invariant]


async def one_order(shop):
    ticket = await shop.ticket(await shop.person("sue"))
    await shop.order(await shop.person("ana"), ticket["id"])


def test_a_shop_that_does_not_come_to_rest_is_named_and_its_end_undecided(monkeypatch):
    async def script(shop):
        await shop.ticket(await shop.person("sue"))
        nats = shop.world.backends.nats
        monkeypatch.setattr(nats, "delivery_delays", lambda consumer, message: [9e9])
        await shop.ticket(await shop.person("ben"))

    outcome = run(scenario(script))
    said = verdicts(outcome)
    assert said["nothing-stuck"] is Verdict.VIOLATED
    assert said["replicas-converge"] is Verdict.UNDECIDED
    assert said["versions-step-by-one"] is Verdict.HOLDS, "what always holds can be told"
    assert any("orders" in message for message in messages(outcome, "nothing-stuck"))


def test_a_breach_that_is_covered_up_before_the_second_judgement_is_still_found():
    async def script(shop):
        await one_order(shop)
        world = shop.world
        server = world.backends.mongo["tickets-db"]
        documents = server.documents_with("tickets", "tickets", "holder")
        await shop.sleep(30)
        held = documents[0]["_id"]
        overwrite(world, held, {"$set": {"title": "Another"}})
        shop.world.loop.call_later(600.0, overwrite, world, held, {"$set": {"title": "Front row"}})

    outcome = run(scenario(script))
    assert outcome.virtual_s > 900, "the order's time ran out"
    assert verdicts(outcome)["replicas-converge"] is Verdict.VIOLATED
    assert len(messages(outcome, "replicas-converge")) == 1


def overwrite(world, id, change):
    """Change a ticket behind everybody's back."""
    store = world.backends.mongo["tickets-db"]
    store.perform("tickets", "tickets", "update_one", lambda it: it.update_one({"_id": id}, change))


def test_every_open_order_has_expired_before_the_last_judgement():
    outcome = run(scenario(one_order))
    cancelled = [it for it in outcome.trace.of_kind("stored") if it["subject"] == "order.cancelled"]
    assert [it["data"]["data"]["reason"] for it in cancelled] == ["expired"]
    assert 900 < outcome.virtual_s < 960
    assert outcome.verdict is Verdict.HOLDS

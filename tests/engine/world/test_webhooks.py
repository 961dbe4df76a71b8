"""Stripe tells a service what has happened: signed, more than once, late, and until it is heard."""

import asyncio
from itertools import pairwise

import httpx
import stripe
from fastapi import FastAPI, HTTPException, Request
from pymongo.errors import DuplicateKeyError
from pytest import mark, raises

from boxoffice import System, Twin, faults
from boxoffice.errors import Misuse
from boxoffice.faults.targets import NoSuchTarget

SECRET = "whsec_of_a_test"


def till(drivers):
    """Take money, and write down what Stripe says came of it."""
    app = FastAPI()
    kept = drivers.mongo["till"]["paid"]

    @app.post("/pay/{id}")
    async def pay(id: str):
        form = {"amount": 500, "currency": "usd", "metadata": {"parcel": id}}
        card = {"payment_method": "pm_card_visa", "confirm": True}
        intent = await drivers.stripe.v1.payment_intents.create_async(
            form | card, {"idempotency_key": id}
        )
        return {"intent": intent.id, "status": intent.status}

    @app.post("/webhooks")
    async def hears(request: Request):
        payload, sent = await request.body(), request.headers["Stripe-Signature"]
        try:
            event = stripe.Webhook.construct_event(payload, sent, SECRET)
        except stripe.SignatureVerificationError:
            raise HTTPException(400, "not from Stripe") from None
        if event.type == "payment_intent.succeeded":
            await keep(kept, event.data.object)
        return {}

    return app


async def keep(kept, intent):
    """Write down once what is paid, however often it is told."""
    try:
        await kept.insert_one({"_id": intent["metadata"]["parcel"], "times": 1})
    except DuplicateKeyError:
        return


async def keep_each_time(kept, intent):
    await kept.update_one(
        {"_id": intent["metadata"]["parcel"]}, {"$inc": {"times": 1}}, upsert=True
    )


COUNTS_TWICE = Twin(
    "counts-twice",
    "what is told twice counts once",
    "once",
    f"{__name__}:keep",
    keep_each_time,
)


def money(**hooks):
    system = System("money")
    system.service("till", till, mongo="mongo", stripe="bank", route="/")
    system.stripe_webhooks(**{"to": "/webhooks", "secret": SECRET, **hooks})

    @system.finally_("what is paid is written down")
    def heard(end):
        paid = {it["about"] for it in end.events if it.kind == "webhook"}
        assert len(paid) == len(end.ids("till.paid")), f"{len(paid)} paid"

    @system.finally_("each is written down once")
    def once(end):
        for id, it in end.documents("till.paid").items():
            assert it["times"] == 1, f"{id} counts {it['times']} times"

    return system


async def three_pay(world):
    """Three people pay, one after another."""
    for n in range(3):
        while True:
            try:
                answer = await world.client(f"P{n}").post(f"/pay/p{n}")
            except httpx.TransportError:
                await world.passes(1)
                continue
            if answer.status_code == 200:
                assert answer.json()["status"] == "succeeded"
                break
            await world.passes(1)
    await world.passes(5)


SUCCEEDED = {"events": ["payment_intent.succeeded"]}


def played(*plan, seed=0, bug=None, **hooks):
    system = money(**(hooks or SUCCEEDED))
    return system.run(system.story()(three_pay), seed, bug, plan)


def sent(outcome):
    """Return each webhook's type and attempt, and when it was sent, in seconds."""
    return [
        (it["subject"], it["attempt"], it.at_us / 1e6) for it in outcome.trace.of_kind("webhook")
    ]


def test_what_stripe_tells_is_accepted_by_its_own_client():
    outcome = played()
    assert not outcome.violations
    assert [it[:2] for it in sent(outcome)] == [("payment_intent.succeeded", 1)] * 3
    answers = {it.get("status") for it in outcome.trace.of_kind("response")}
    assert answers == {200}
    [first, *_] = outcome.trace.of_kind("webhook")
    cause = outcome.trace.events[first.cause]
    assert (cause.kind, cause["path"]) == ("request", "/pay/p0")


def test_one_seed_is_one_trace():
    plan = faults.duplicates(share=0.5), faults.lost_responses(of="POST", by="bank", share=0.3)
    assert len({played(*plan, seed=3).trace.sha256() for _ in range(2)}) == 1


def test_all_types_are_sent_unless_some_are_chosen():
    outcome = played(to="/webhooks")
    types = {type for type, _, _ in sent(outcome)}
    assert types == {"payment_intent.created", "charge.succeeded", "payment_intent.succeeded"}


def test_another_secret_is_refused_and_the_event_is_sent_again_in_growing_pauses():
    system = money(secret="whsec_of_another", **SUCCEEDED)

    @system.story()
    async def waits(world):
        await world.client("Ann").post("/pay/p1")
        await world.passes(4 * 24 * 3600)

    outcome = system.run(waits)
    moments = [at_s for _, _, at_s in sent(outcome)]
    pauses = [round(b - a) for a, b in pairwise(moments)]
    assert pauses == [60 * 2**n for n in range(len(pauses))]
    assert 2 * 24 * 3600 / 2 < moments[-1] < 3 * 24 * 3600
    assert [it.get("status") for it in outcome.trace.of_kind("response")].count(400) == len(moments)


def test_what_comes_twice_is_found_to_count_twice():
    twice = faults.duplicates(of="payment_intent.*", at="till", share=0.5)
    for seed in range(20):
        assert not played(twice, seed=seed).violations
    found = [seed for seed in range(10) if played(twice, seed=seed, bug=COUNTS_TWICE).violations]
    assert found


@mark.parametrize(
    ("fault", "times"),
    [
        (faults.delays(by_s=3.0, of="payment_intent.succeeded"), 3),
        (faults.reorders(within_s=2.0, at="till"), 3),
        (faults.gaps(by_s=900.0, nth=[1]), 1),
    ],
)
def test_what_comes_late_or_out_of_order_comes_all_the_same(fault, times):
    outcome = played(fault)
    assert outcome.faults[0].times == times
    assert not outcome.violations


@mark.parametrize("lost", [faults.lost_requests, faults.lost_responses])
def test_what_is_lost_on_its_way_is_sent_again(lost):
    outcome = played(lost(of="POST", by="bank", nth=[2]))
    assert outcome.faults[0].times == 1
    assert sorted(attempt for _, attempt, _ in sent(outcome)) == [1, 1, 1, 2]
    assert not outcome.violations


def test_a_clock_that_is_wrong_by_more_than_five_minutes_refuses_what_is_true():
    """Stripe's client takes no older signature: stripe.Webhook.DEFAULT_TOLERANCE."""
    outcome = played(faults.skews("till", by_s=301.0))
    assert not outcome.violations
    refused = [it for it in outcome.trace.of_kind("response") if it.get("status") == 400]
    assert len(refused) == 3
    assert not played(
        faults.skews("till", by_s=290.0), faults.skews("till", by_s=-580.0)
    ).violations


def test_a_service_that_dies_over_a_webhook_is_told_again():
    outcome = played(faults.crashes("till", on="webhook", of="payment_intent.*", nth=[1]))
    assert max(attempt for _, attempt, _ in sent(outcome)) > 1
    assert not outcome.violations


def test_a_stripe_that_is_down_forgets_nothing():
    outcome = played(faults.crashes("bank", on="webhook", nth=[1], down_s=2.0))
    assert sorted(attempt for _, attempt, _ in sent(outcome)) == [1, 1, 1, 2]
    assert not outcome.violations


def test_a_world_is_not_quiet_before_everything_was_told():
    outcome = played(faults.delays(by_s=5_000.0))
    assert not outcome.violations
    assert outcome.virtual_s > 5_000


@mark.parametrize(
    ("fault", "said"),
    [
        (faults.duplicates(at="tills"), "there is no consumer 'tills'; did you mean 'till'?"),
        (faults.delays(of="payment_intent.succeded"), "'payment_intent.succeded'; did you mean "),
    ],
)
def test_a_fault_of_no_webhook_is_an_error(fault, said):
    with raises(NoSuchTarget) as told:
        played(fault)
    assert said in str(told.value)


def test_an_endpoint_has_a_service_and_a_stripe():
    system = System("money")
    with raises(LookupError, match="no route of money leads to /webhooks"):
        system.stripe_webhooks("/webhooks", secret=SECRET)
    system.service("till", till, mongo="mongo", route="/")
    with raises(LookupError, match="say which Stripe: money has none"):
        system.stripe_webhooks("/webhooks", secret=SECRET)
    system.service("other", till, stripe="bank")
    with raises(LookupError, match="no service 'tills'"):
        system.stripe_webhooks("/webhooks", secret=SECRET, service="tills")
    with raises(LookupError, match="say which Stripe: money has bank"):
        system.stripe_webhooks("/webhooks", secret=SECRET, stripe="bunk")
    for given in ({"secret": ""}, {"events": "charge.*"}, {"events": []}):
        with raises(Misuse, match="the webhooks of till need a secret, and a list of types"):
            system.stripe_webhooks("/webhooks", **{"secret": SECRET} | given)


def test_whoever_has_to_prove_a_card_does_so_later_and_stripe_tells():
    system = System("money")
    system.service("till", till, mongo="mongo", stripe="bank", route="/")
    system.stripe_webhooks("/webhooks", secret=SECRET)

    @system.story()
    async def proves(world):
        bank = world.backends.stripe
        form = {"amount": "500", "currency": "usd", "metadata[parcel]": "p1", "confirm": "true"}
        form["payment_method"] = "pm_card_authenticationRequired"
        bank.handle("post", "/v1/payment_intents", form, None)
        await world.passes(60)
        bank.authenticate("pi_00000001")
        await world.quiet()

    outcome = system.run(proves)
    assert not outcome.violations
    assert [type for type, _, at_s in sent(outcome) if at_s >= 60] == [
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    [write] = outcome.trace.of_kind("write")
    assert write["id"] == "p1"


def test_an_attempt_that_waits_is_of_stripes_host_and_ends_with_the_run():
    async def mute(scope, receive, send):
        await asyncio.sleep(1e5)

    system, found = System("money"), []
    system.service("till", lambda drivers: mute, stripe="bank", route="/")
    system.stripe_webhooks("/webhooks", secret=SECRET)

    @system.story
    async def a_day(world):
        world.backends.stripes["bank"].events.add("charge.succeeded", {"id": "ch_1"})
        await world.passes(1)
        found.extend(world.backends.hosts["bank"].life.tasks)
        assert [world.loop.whose(it)[0] for it in found] == ["bank"]

    system.run(a_day)
    assert [it.done() for it in found] == [True]

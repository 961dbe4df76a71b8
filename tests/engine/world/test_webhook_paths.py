"""A type that Stripe never sends, and a path at which nobody listens, are named."""

import asyncio

from fastapi import HTTPException
from pytest import mark, raises

from boxoffice import System, Verdict
from boxoffice.errors import Misuse
from tests.engine.world.test_webhooks import SECRET, money, played, three_pay, till


@mark.parametrize(
    ("type", "said"),
    [
        ("payment_intent.succeded", "sends no 'payment_intent.succeded'; did you mean 'payment_"),
        ("payment_intents.*", "sends no 'payment_intents.*'; did you mean 'payment_intent."),
        ("invoice.paid", "sends no 'invoice.paid'; there are charge.captured, charge.failed, "),
        ("", "sends no ''; there are "),
    ],
)
def test_a_type_that_is_never_sent_is_refused_with_the_nearest(type, said):
    with raises(Misuse) as told:
        money(events=["charge.*", type])
    assert f"the webhooks of till: this Stripe {said}" in str(told.value)


@mark.parametrize("path", ["webhooks", "http://till/webhooks"])
def test_a_webhook_goes_to_a_path(path):
    with raises(Misuse, match="go to a path, which begins with /"):
        money(to=path, service="till")


@mark.parametrize(
    ("path", "said"),
    [
        ("/webhoks", "it answered 404; did you mean '/webhooks'?"),
        ("/zzz", "it answered 404; there are /pay/{id}, /webhooks"),
        ("/webhooks/", "it answered 307; did you mean '/webhooks'?"),
    ],
)
def test_a_path_without_a_route_is_named_with_the_nearest(path, said):
    head = f"till has no route for POST {path}, where Stripe posts what happens: "
    outcome = played(to=path)
    assert outcome.verdict is Verdict.UNDECIDED  # what is told in vain is told again, for days
    assert outcome.violations[0].message == f"and besides: {head}{said}"
    with money(to=path).world() as world:
        world.do(world.client("Ann").post("/pay/p1"))
        world.do(asyncio.sleep(4 * 24 * 3600))
        del world.world.system.invariants[:]
        with raises(Misuse, match="has no route for POST"):
            world.judge()


def test_a_service_that_knows_nothing_of_an_event_is_no_missing_route():
    system = System("money")

    def forgetful(drivers):
        app = till(drivers)
        app.routes[:] = [it for it in app.routes if it.path != "/webhooks"]

        @app.post("/{word}hooks")
        async def hears(word: str):
            raise HTTPException(404, "what is that?")

        return app

    system.service("till", forgetful, mongo="mongo", stripe="bank", route="/")
    system.stripe_webhooks("/webhooks", secret=SECRET)
    assert {status for _, status in statuses(system.run(system.story()(three_pay)))} == {404}


def statuses(outcome):
    """Return who was answered, and how, where that was no person."""
    answers = outcome.trace.of_kind("response")
    return {(it.host, it.get("status")) for it in answers if it.host == "bank"}


def test_a_worker_takes_no_webhooks():
    system = System("money")

    async def worker(drivers):
        await asyncio.sleep(1e9)

    system.service("till", till, mongo="mongo", stripe="bank", route="/")
    system.service("worker", worker)
    system.stripe_webhooks("/webhooks", secret=SECRET, service="worker")
    with raises(Misuse, match="worker has no route for POST /webhooks"):
        system.run(system.story()(three_pay))


def test_who_takes_no_webhook_is_named_with_what_it_answered():
    told = []
    for secret in (SECRET, "whsec_of_another"):
        world = money(secret=secret).open(0, [])
        world.run(three_pay)
        told.append(world.webhooks.in_vain())
    assert told == [{}, {"till took no webhook at /webhooks": "it answered 400"}]

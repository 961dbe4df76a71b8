"""Stripe by its module, or by a method that waits for its answer, is told what to use instead."""

import asyncio

import stripe
from pytest import mark, raises

from boxoffice import System, fake_stripe
from boxoffice.errors import NotSimulated

CHARGE = {"amount": 100, "currency": "usd", "source": "tok_visa"}
A_CLIENT = "use a stripe.StripeClient, and its methods that end in _async"
ITS_TWIN = "use the one that ends in _async"


async def by_the_module():
    return stripe.Charge.create(**CHARGE, api_key="sk_test_x")


async def by_the_module_without_waiting():
    return await stripe.Charge.create_async(**CHARGE, api_key="sk_test_x")


async def by_a_method_that_waits():
    return stripe.StripeClient("sk_test_x").v1.charges.create(CHARGE)


async def by_a_client():
    return await stripe.StripeClient("sk_test_x").v1.charges.create_async(CHARGE)


def said(deed):
    """Return what is said of a worker that does something, and what came of it."""
    answers = []

    async def works(_):
        answers.append((await deed()).status)

    yard = System("yard")
    yard.service("worker", works, stripe="stripe")

    @yard.story()
    async def a_day(world):
        await world.passes(60)

    return [it.message for it in yard.run(a_day).violations], answers


@mark.parametrize(
    ("deed", "instead"),
    [
        (by_the_module, A_CLIENT),
        (by_the_module_without_waiting, A_CLIENT),
        (by_a_method_that_waits, ITS_TWIN),
    ],
)
def test_what_reaches_no_server_says_what_does(deed, instead):
    messages, answers = said(deed)
    assert instead in messages[-1]
    assert answers == []
    assert "sk_test_x" not in str(messages)


def test_what_it_names_reaches_the_server():
    assert said(by_a_client) == ([], ["succeeded"])


def test_the_fake_by_itself_says_the_same():
    async def story():
        async with fake_stripe() as client:
            with raises(NotSimulated, match=ITS_TWIN):
                client.v1.charges.create(CHARGE)

    asyncio.run(story())


def test_a_client_of_its_own_for_http_is_refused_where_it_is_handed_in():
    async def works():
        return stripe.StripeClient("sk_test_x", http_client=stripe.HTTPXClient())

    assert (
        "StripeClient.http_client is not simulated: leave it out in a world" in said(works)[0][-1]
    )

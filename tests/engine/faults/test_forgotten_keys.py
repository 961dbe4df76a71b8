"""Idempotency keys that Stripe no longer knows: what was done under one is done again."""

import asyncio

from pytest import mark

from boxoffice import System
from boxoffice.faults import forgotten_keys

CHARGE = {"amount": 100, "currency": "usd", "source": "tok_visa"}


def charged(*plan):
    """Return the run of a service that asks three times for one charge, a minute between."""
    system = System("till")

    async def charges(drivers):
        for _ in range(3):
            await drivers.stripe.v1.charges.create_async(CHARGE, {"idempotency_key": "one"})
            await asyncio.sleep(60)

    system.service("charges", charges, stripe="stripe")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(300)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    return [it["id"] for it in outcome.trace.of_kind("charge")], outcome


@mark.parametrize(
    ("plan", "different", "forgets"),
    [
        ([], 1, 0),
        ([forgotten_keys(nth=[2])], 2, 1),
        ([forgotten_keys(of="charge")], 3, 2),
        ([forgotten_keys(older_s=90)], 2, 1),
        ([forgotten_keys(older_s=600)], 1, 0),
    ],
    ids=str,
)
def test_a_key_that_is_forgotten_charges_again(plan, different, forgets):
    ids, outcome = charged(*plan)
    assert len(ids) == 3
    assert len(set(ids)) == different
    assert len(list(outcome.trace.of_kind("forgets"))) == forgets

"""Brokers that take less of a message for a while."""

import asyncio

from nats.errors import MaxPayloadError
from pytest import mark, raises

from boxoffice import System
from boxoffice.faults import small_payloads

LONG, SHORT = b"x" * 300, b"x"


def published(*plan):
    """Return who was refused in a run that publishes a long and a short message each second."""
    system, refused = System("news"), []

    async def tells(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="NEWS", subjects=["news.*"])
        for n in range(5):
            for size, payload in (("long", LONG), ("short", SHORT)):
                try:
                    await jetstream.publish(f"news.{n}", payload)
                except MaxPayloadError:
                    refused.append((n, size))
            await asyncio.sleep(1)

    system.service("tells", tells, nats="nats")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(20)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    return refused, [it["most_bytes"] for it in outcome.trace.of_kind("limit")]


@mark.parametrize(
    ("plan", "refused", "limits"),
    [
        ([], [], []),
        # The one that is struck is on its way already.
        (
            [small_payloads(lasts_s=2.5, nth=[3])],
            [(2, "long"), (3, "long")],
            [256, 1_048_576],
        ),
        (
            [small_payloads(0, lasts_s=1.5, nth=[3])],
            [(1, "short"), (2, "long"), (2, "short")],
            [0, 1_048_576],
        ),
        # Whoever strikes again meanwhile lasts longer; what is refused is no call.
        (
            [small_payloads(lasts_s=2.5, of="publish", nth=[1, 4])],
            [(1, "long"), (2, "long"), (3, "long"), (4, "long")],
            [256, 1_048_576],
        ),
        ([small_payloads(lasts_s=float("inf"), nth=[9])], [], [256, 1_048_576]),
    ],
    ids=str,
)
def test_what_is_too_large_meanwhile_is_refused(plan, refused, limits):
    assert published(*plan) == (refused, limits)


@mark.parametrize("given", [{"most_bytes": -1}, {"most_bytes": 0.5}, {"lasts_s": -1.0}], ids=str)
def test_bad_numbers_are_refused(given):
    with raises(ValueError, match=next(iter(given))):
        small_payloads(**given)

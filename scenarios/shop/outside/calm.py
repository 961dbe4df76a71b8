"""The calm after the storm, waited for in real time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Final

from nats.errors import Error as NatsError
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError

from boxoffice.trace import TraceEvent
from boxoffice.world import LIMIT_S, LONGEST_STEP_S, STEP_S
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.outside.evidence import evidence_of
from scenarios.shop.outside.restless import restless
from scenarios.shop.outside.witness import Witness
from scenarios.shop.system import AFTER_EXPIRY_S

LOOKS: Final = 2  # in a row that find nothing: one may fall between two steps of something
Http = Callable[[], Sequence[TraceEvent]]


def _none_in_flight() -> int:
    return 0


async def in_motion(witness: Witness, in_flight: Callable[[], int] = _none_in_flight) -> list[str]:
    """Return what is not quiet, by name; a server that does not answer is not quiet either."""
    asked = in_flight()
    found = [f"{words.count(asked, 'request')} in flight"] if asked else []
    try:
        return found + await restless(witness)
    except (NatsError, PyMongoError, RedisError, OSError) as error:
        return [*found, f"a server does not answer: {type(error).__name__}"]


async def quiet(
    witness: Witness, in_flight: Callable[[], int] = _none_in_flight, limit_s: float = LIMIT_S
) -> bool:
    """Wait until nothing is in motion, `limit_s` seconds at most; return whether it is."""
    loop = asyncio.get_running_loop()
    until_s, step_s, seen_still = loop.time() + limit_s, STEP_S, 0
    while seen_still < LOOKS:
        seen_still = 0 if await in_motion(witness, in_flight) else seen_still + 1
        if seen_still < LOOKS and loop.time() >= until_s:
            return False
        await asyncio.sleep(step_s if not seen_still else STEP_S)
        step_s = min(LONGEST_STEP_S, step_s * 1.5)
    return True


async def collect_evidence(
    witness: Witness,
    http: Sequence[TraceEvent],
    in_flight: Callable[[], int] = _none_in_flight,
    poisoned: bool = False,
) -> Evidence:
    """Take down what a shop has left behind.  `http` has times in µs since `witness.began`.

    Raises: the drivers' own errors.
    """
    snapshot = await witness.snapshot(lambda: in_motion(witness, in_flight))
    return evidence_of(snapshot, http, witness.began, poisoned)


async def calm(
    witness: Witness,
    http: Http,
    in_flight: Callable[[], int] = _none_in_flight,
    limit_s: float = LIMIT_S,
    poisoned: bool = False,
) -> AsyncIterator[Evidence]:
    """Yield what is found once all is quiet, and once more when all orders have ended.

    Whoever calls has healed everything before.  Raises: the drivers' own errors.
    """
    await quiet(witness, in_flight, limit_s)
    found = await collect_evidence(witness, http(), in_flight, poisoned)
    yield found
    last_s = max((due_s for due_s in found.timers.values()), default=0.0)
    left_s = last_s - witness.now_us() / 1_000_000
    if left_s > 0.0:
        await asyncio.sleep(left_s + AFTER_EXPIRY_S)
        await quiet(witness, in_flight, limit_s)
        yield await collect_evidence(witness, http(), in_flight, poisoned)

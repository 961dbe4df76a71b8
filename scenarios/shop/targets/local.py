"""A story told to real processes on this machine.

The script, the faults of messages and the invariants are those of a world.  What differs: time
passes by itself, so that a quarter of an hour is played in a minute; and what has happened is put
together from HTTP, the stream and the stores.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from boxoffice import Outcome, Scenario
from boxoffice.clock import Randomness, Stopwatch
from boxoffice.faults import Fault
from boxoffice.real import CannotOpen, Delivery
from boxoffice.trace import Judgement, Trace, counts_of, merged, overall
from boxoffice.world import Faults, judge_story, play_story
from scenarios.shop.checks import INVARIANTS, Invariant, judge, with_own
from scenarios.shop.checks.evidence import Document, Evidence
from scenarios.shop.outside.calm import calm
from scenarios.shop.outside.renumbering import renumbered
from scenarios.shop.outside.snapshot import STORES
from scenarios.shop.outside.witness import Servers, witness
from scenarios.shop.real.launch import SERVE, process_shop
from scenarios.shop.targets.decisions import linked
from scenarios.shop.targets.injectable import require_message_faults
from scenarios.shop.targets.shop_stage import QUIET_S, ShopStage
from scenarios.shop.vocabulary import VOCABULARY
from services.common.clock import SystemClock
from services.common.settings import Settings

QUARTER_S: Final = Settings().expiration_window_s  # for which a story's orders may wait
WINDOW_S: Final = 60  # for which they wait here
ANSWER_MS: Final = 5_000


@dataclass(frozen=True)
class Machine:
    """What a run on this machine may choose.

    `given` are settings that come before ours, the URLs of servers among them; `command` runs a
    service; `window_s` is after how many seconds an order expires.  Deliveries are seen, and can be
    tampered with, only where the services are `linked` to NATS by us.
    """

    given: Mapping[str, str]
    command: Sequence[str] = SERVE
    replicas: int = 1
    window_s: int = WINDOW_S
    linked: bool = True


def run_locally(
    scenario: Scenario,
    machine: Machine,
    seed: int | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
    bug: str | None = None,
) -> Outcome:
    """Tell `scenario` to real processes, and judge it.  `bug` names the twin that they run.

    Raises: CannotBeTold, CannotOpen, and whatever the script raises, save for `AssertionError`.
    """
    seed = scenario.seed if seed is None else seed
    every_fault = [*scenario.faults, *faults]
    require_message_faults(every_fault)
    watch = Stopwatch()

    async def play() -> Outcome:
        async with opened(machine, seed, every_fault) as stage:
            stage.deeds = scenario.drawn(seed, size).deeds
            failures = await play_story(scenario, stage, size)
            found, evidence = await judged(stage, with_own(scenario.checks))
        judgements = [*found, judge_story(failures)]
        trace = Trace(watch.elapsed_s, VOCABULARY)
        for event in linked(evidence.events):
            trace.events.append(event)
        return Outcome(
            scenario=scenario.name,
            summary=scenario.summary,
            seed=seed,
            bug=bug,
            target="local",
            verdict=overall(judgements),
            judgements=judgements,
            trace=trace,
            virtual_s=max((it.at_us for it in trace.events), default=0) / 1_000_000,
            wall_s=watch.elapsed_s(),
            counts=counts_of(trace, stage.faults.injected),
        )

    return asyncio.run(play())


@asynccontextmanager
async def opened(machine: Machine, seed: int, faults: Sequence[Fault]) -> AsyncIterator[ShopStage]:
    """Open a shop of processes as a stage; nothing of it is left behind.  Raises: CannotOpen."""
    async with AsyncExitStack() as stack:
        await _refused(machine.given)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-"))
        watch = Stopwatch()
        trace = Trace(watch.elapsed_s, VOCABULARY)
        began = SystemClock().now()
        engine = Faults(faults, Randomness(seed), trace, watch.elapsed_s, _nobody_is_killed)
        shop = await stack.enter_async_context(
            process_shop(
                Path(folder),
                replicas=machine.replicas,
                window_s=machine.window_s,
                given=machine.given,
                faults=engine if machine.linked else None,
                tell=_into(trace),
                command=machine.command,
            )
        )
        servers = Servers(shop.nats_url, shop.mongo_url, shop.redis_url, shop.stripe_url)
        seen = await stack.enter_async_context(witness(servers, began))
        stage = ShopStage(shop, seen, engine, seed, trace, QUARTER_S / machine.window_s)
        stack.push_async_callback(stage.aclose)
        yield stage


async def judged(
    stage: ShopStage, invariants: Sequence[Invariant] = INVARIANTS
) -> tuple[list[Judgement], Evidence]:
    """Heal everything, wait for calm, and judge; return what was found, and the last evidence."""
    await stage.heal()
    found = [
        (judge(it, invariants), it)
        async for it in calm(stage.witness, stage.http, stage.in_flight, QUIET_S)
    ]
    last = found[-1][1]
    return merged([renumbered(it, then.events, last.events) for it, then in found]), last


async def _refused(given: Mapping[str, str]) -> None:
    try:
        await _refuse_what_is_in_use(given)
    except (PyMongoError, RedisError, ValueError) as error:
        raise CannotOpen(f"a server that was named cannot be used: {error}") from None


async def _refuse_what_is_in_use(given: Mapping[str, str]) -> None:
    # Another shop's orders would be worked on by our services, and judged with ours.
    if url := given.get("MONGO_URL"):
        async with AsyncMongoClient[Document](url, serverSelectionTimeoutMS=ANSWER_MS) as mongo:
            for _, database, collection in STORES:
                if await mongo[database][collection].find_one({}):
                    raise CannotOpen(f"MONGO_URL is in use: {database}.{collection} has content")
    if url := given.get("REDIS_URL"):
        async with Redis.from_url(url, socket_timeout=ANSWER_MS / 1_000) as redis:
            if await redis.zcard("timers"):
                raise CannotOpen("REDIS_URL is in use: it has timers")


def _into(trace: Trace) -> Callable[[Delivery], object]:
    def delivered(it: Delivery) -> object:
        return trace.record(
            "nats",
            "delivered",
            consumer=it.consumer,
            seq=it.sequence,
            subject=it.subject,
            attempt=it.attempt,
        )

    return delivered


def _nobody_is_killed(host: str, down_s: float) -> None:
    raise AssertionError(f"{host}: no fault of messages kills anybody")

"""Servers that come up again with less than they had, and services that restart in turn."""

import asyncio
from math import inf

from nats.js.errors import NotFoundError
from pytest import mark, raises

from boxoffice import System
from boxoffice.faults import fault_of, restarts, rolling_restarts
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.faults.letters import a_day, post
from tests.real.tiers import sampled


def told(outcome, *kinds):
    return [(it.kind, it.host) for it in outcome.trace.of_kind(*kinds)]


def counting(*plan):
    """Return a run of a service that sets one key a second, eleven of them, and what is left."""
    system = System("counting")
    found = []

    async def sets(drivers):
        for n in range(11):
            for _ in range(9):
                try:
                    await drivers.redis.set(f"n{n}", "there")
                    break
                except Exception:
                    await asyncio.sleep(1)
            await asyncio.sleep(1)
        found.extend(sorted(int(it[1:]) for it in await drivers.redis.keys("n*")))

    system.service("sets", sets, redis="redis")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(40)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    return found, outcome


@mark.parametrize(
    ("loses_s", "left"),
    [
        (0.0, [*range(11)]),
        (2.5, [0, 1, 2, 6, 7, 8, 9, 10]),
        (inf, [6, 7, 8, 9, 10]),
    ],
)
def test_a_redis_comes_up_with_all_with_an_older_state_or_empty(loses_s, left):
    fault = restarts("redis", loses_s=loses_s, after="redis.set", nth=[6])
    found, outcome = counting(fault)
    # The sixth, after which it dies, is not answered, and set once more.
    assert [n for n in found if n != 5] == [n for n in left if n != 5]
    kinds = [it for it, host in told(outcome, "crash", "forgets", "start") if host == "redis"]
    assert kinds == (["crash", "forgets", "start"] if loses_s else ["crash", "start"])


def test_what_a_broker_has_in_memory_is_gone_and_what_it_has_in_files_is_not():
    system = System("streams")
    found = {}

    async def listens(drivers):
        jetstream = drivers.nats.jetstream()
        heard = await drivers.nats.subscribe("news")
        for name, storage in (("KEPT", "file"), ("GONE", "memory")):
            await jetstream.add_stream(name=name, subjects=[f"{name}.*"], storage=storage)
            await jetstream.publish(f"{name}.a")
        await asyncio.sleep(5)
        for name in ("KEPT", "GONE"):
            try:
                found[name] = (await jetstream.stream_info(name)).state.messages
            except NotFoundError:
                found[name] = None
        await drivers.nats.publish("news", b"again")
        found["news"] = (await heard.next_msg(timeout=5)).data

    system.service("listens", listens, nats="nats")

    @system.story(faults=[restarts("nats", on="stored", of="GONE.*")])
    async def waits(world):
        await world.passes(20)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    assert found == {"KEPT": 1, "GONE": None, "news": b"again"}


@mark.parametrize("host", sampled(["papers", "wire"], every=2))
def test_services_that_ask_again_stand_a_restart_of_their_servers(host):
    struck = 0
    for seed in range(2):
        system = post()
        plan = [restarts(host, on="write", share=0.2)]
        outcome = system.run(system.story()(a_day), seed, faults=plan, twice=True)
        found = [it for it in outcome.violations if "nobody took care of" not in it.message]
        assert not found, (seed, found)
        struck += outcome.faults[0].times
    assert struck


def test_a_server_that_cannot_forget_is_not_told_to():
    for fault in ("restarts(wire, loses_s=1)", "restarts(papers, loses_s=inf)"):
        system = post()
        with raises(NoSuchTarget, match="server that forgets so much"):
            system.run(system.story(faults=[fault_of(fault)])(a_day))


def test_replicas_are_restarted_one_after_another():
    system = System("replicas")

    async def ticks(drivers):
        while True:
            await drivers.redis.incr("n")
            await asyncio.sleep(1)

    system.service("ticks", ticks, redis="redis", replicas=3)

    @system.story(faults=[rolling_restarts("ticks", down_s=3, after="redis.incr", nth=[4])])
    async def waits(world):
        await world.passes(60)

    outcome = system.run(waits, twice=True)
    assert not outcome.violations, outcome.violations
    hosts = ("ticks", "ticks-2", "ticks-3")
    whole = told(outcome, "leave", "crash", "start")[3:]
    assert whole == [(kind, host) for host in hosts for kind in ("leave", "crash", "start")]

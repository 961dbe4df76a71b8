"""A host whose clock is wrong: its now is shifted, and how long things last is not."""

import time
import uuid
from datetime import UTC, date, datetime

from fastapi import FastAPI
from pytest import approx, mark, raises

from boxoffice import System, faults
from boxoffice.clock.clock import EPOCH
from boxoffice.faults.targets import NoSuchTarget

BEGIN_S = EPOCH.timestamp()


def told(drivers):
    """Return all that a host can take for now, in seconds since the world began."""
    wall = {
        "datetime": datetime.now(UTC).timestamp(),
        "naive": datetime.now().timestamp(),
        "utcnow": datetime.utcnow().replace(tzinfo=UTC).timestamp(),
        "time": time.time(),
        "time_ns": time.time_ns() / 1e9,
        "gettime": time.clock_gettime(time.CLOCK_REALTIME),
        "clock": drivers.clock.now().timestamp(),
    }
    steady = {
        "monotonic": time.monotonic(),
        "perf_counter": time.perf_counter(),
        "raw": time.clock_gettime(time.CLOCK_MONOTONIC),
    }
    return (
        {name: at_s - BEGIN_S for name, at_s in wall.items()},
        {name: at_s - BEGIN_S for name, at_s in steady.items()},
    )


def clocks():
    system = System("clocks")

    def asked(drivers):
        app = FastAPI()

        @app.get("/{path:path}")
        async def now():
            wall, steady = told(drivers)
            return {"wall": wall, "steady": steady, "day": str(date.today()), "text": time.ctime()}

        return app

    system.service("wrong", asked, route="/wrong")
    system.service("right", asked, route="/right")
    return system


def asked(*plan, after_s=0.0):
    """Return what both hosts tell after so many seconds, and when that was."""
    said = {}
    system = clocks()

    @system.story(faults=plan)
    async def asks(world):
        await world.passes(after_s)
        for name in ("wrong", "right"):
            answer = (await world.client("Ann").get(f"/{name}")).json()
            said[name] = answer, world.loop.time()

    outcome = system.run(asks)
    assert not outcome.violations
    return said, outcome


@mark.parametrize("by_s", [90.0, -90.0, 0.25])
def test_what_a_host_takes_for_now_is_off_either_way_and_only_there(by_s):
    said, outcome = asked(faults.skews("wrong", by_s=by_s), after_s=100.0)
    for name, off_s in (("wrong", by_s), ("right", 0.0)):
        answer, at_s = said[name]
        assert answer["wall"] == approx(dict.fromkeys(answer["wall"], at_s + off_s), abs=0.2)
        assert answer["steady"] == approx(dict.fromkeys(answer["steady"], at_s), abs=0.2)
    assert outcome.faults[0].times == 1
    [event] = outcome.trace.of_kind("skew")
    assert (event.host, event["by_s"]) == ("wrong", by_s)


def test_days_and_texts_are_off_as_well():
    said, _ = asked(faults.skews("wrong", by_s=-86_400.0))
    assert [said[name][0]["day"] for name in ("wrong", "right")] == ["2029-12-31", "2030-01-01"]
    assert "2029" in said["wrong"][0]["text"]


def test_a_clock_is_off_for_a_while_and_in_steps():
    steps = [
        faults.skews("wrong", by_s=10.0, from_s=5.0, until_s=20.0),
        faults.skews("wrong", by_s=-30.0, from_s=15.0),
    ]
    off_s = []
    for after_s in (1.0, 6.0, 16.0, 21.0):
        said, _ = asked(*steps, after_s=after_s)
        answer, at_s = said["wrong"]
        off_s.append(round(answer["wall"]["time"] - at_s))
    assert off_s == [0, 10, -20, -30]


def test_ids_are_made_of_the_time_that_a_host_believes():
    system = System("ids")
    made = []

    async def worker(drivers):
        made.append(uuid.uuid1().time / 1e7 - 12_219_292_800)
        made.append(int(drivers.ids.object_id()[:8], 16))

    system.service("worker", worker)

    @system.story(faults=[faults.skews("worker", by_s=3_600.0)])
    async def begins(world):
        await world.passes(1)

    system.run(begins)
    assert made == approx([BEGIN_S + 3_600] * 2, abs=1)


def test_how_long_somebody_sleeps_does_not_change():
    system = System("sleeper")
    slept = []

    async def sleeper(drivers):
        import asyncio

        began, wall = time.monotonic(), time.time()
        await asyncio.sleep(10)
        slept.append((time.monotonic() - began, time.time() - wall))

    system.service("sleeper", sleeper)

    @system.story(faults=[faults.skews("sleeper", by_s=-60.0, from_s=5.0)])
    async def waits(world):
        await world.passes(20)

    system.run(waits)
    assert slept == [approx((10.0, -50.0))]


def test_a_clock_is_right_again_once_the_world_is_healed():
    system = clocks()
    said = []

    @system.story(faults=[faults.skews("wrong", by_s=600.0)])
    async def asks(world):
        ann = world.client("Ann")
        for _ in range(2):
            said.append((await ann.get("/wrong")).json()["wall"]["time"] - world.loop.time())
            world.faults.heal()

    outcome = system.run(asks)
    assert said == approx([600.0, 0.0], abs=0.2)
    assert [it["by_s"] for it in outcome.trace.of_kind("skew")] == [600.0, 0.0]


def test_one_seed_is_one_trace():
    hashes = {asked(faults.skews("wrong", by_s=5.0))[1].trace.sha256() for _ in range(2)}
    assert len(hashes) == 1


@mark.parametrize(
    ("host", "said"),
    [
        ("wrnog", "there is no service's host 'wrnog'; did you mean 'wrong'?"),
        ("mongo", "there is no service's host 'mongo'; "),
    ],
)
def test_a_clock_of_nobody_or_of_a_server_is_an_error(host, said):
    system = clocks()
    system.service("other", lambda drivers: None, mongo="mongo")
    with raises(NoSuchTarget) as refused:
        system.open(0, [faults.skews(host, by_s=1.0)])
    assert said in str(refused.value)


def test_a_clock_that_is_not_off_is_no_fault():
    with raises(ValueError, match="by_s must not be 0"):
        faults.skews("wrong", by_s=0.0)


def test_a_clock_that_nobody_looks_at_has_not_been_wrong():
    system = System("still")

    async def still(drivers):
        pass

    system.service("still", still)

    @system.story(faults=[faults.skews("still", by_s=1.0)])
    async def waits(world):
        await world.passes(1)

    [fault] = system.run(waits).faults
    assert (fault.times, fault.why_not) == (0, "nobody looked at this clock")
    assert fault.fault == "skews('still', by_s=1.0)"

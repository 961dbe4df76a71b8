"""Every clock tells a world's time, whatever name it goes by where it is asked."""

import asyncio
import importlib
import os
import sys
import time
import types
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from time import ctime, gmtime, localtime, mktime, perf_counter, process_time, strftime, time_ns
from time import monotonic as clock
from time import sleep as nap
from time import time as now

import simpy
from pytest import MonkeyPatch, fixture, mark, raises

from boxoffice.clock import ambient
from boxoffice.clock.clock import EPOCH
from boxoffice.clock.loop import SimLoop
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.sandbox import SandboxViolation

NOW = EPOCH + timedelta(seconds=12.5)
NOW_S = NOW.timestamp()
SECOND = NOW.replace(microsecond=0)


def world(seed=0, now_s=NOW_S):
    return ambient.virtual(lambda: now_s, Randomness(seed))


# For a module: in another zone a world looks through every module anew.
@fixture(scope="module", params=["UTC", "Asia/Tokyo", "America/New_York"])
def zone(request):
    """The time zone of the machine, which is nothing to a world."""
    with MonkeyPatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


class Later(datetime):
    pass


@mark.usefixtures("zone")
@mark.parametrize(
    ("asked", "answer"),
    [
        (lambda: datetime.now(), NOW.replace(tzinfo=None)),
        (lambda: datetime.now(UTC), NOW),
        (lambda: datetime.now(timezone(timedelta(hours=2))), NOW),
        (lambda: datetime.now(tz=UTC), NOW),
        (lambda: datetime.utcnow(), NOW.replace(tzinfo=None)),
        (lambda: datetime.today(), NOW.replace(tzinfo=None)),
        (lambda: datetime.now().astimezone(), NOW),
        (lambda: datetime.now().timestamp(), NOW_S),
        (lambda: datetime.fromtimestamp(NOW_S), NOW.replace(tzinfo=None)),
        (lambda: datetime.fromtimestamp(NOW_S, UTC), NOW),
        (lambda: date.today(), NOW.date()),
        (lambda: date.fromtimestamp(NOW_S), NOW.date()),
        (lambda: type(Later.now()), Later),
        (lambda: now(), NOW_S),
        (lambda: clock(), NOW_S),
        (lambda: perf_counter(), NOW_S),
        (lambda: process_time(), NOW_S),
        (lambda: time.perf_counter_ns(), round(NOW_S * 1e9)),
        (lambda: time.clock_gettime(time.CLOCK_MONOTONIC), NOW_S),
        (lambda: time_ns(), round(NOW_S * 1e9)),
        (lambda: tuple(localtime())[:8], tuple(SECOND.timetuple())[:8]),
        (lambda: localtime().tm_gmtoff, 0),
        (lambda: tuple(gmtime())[:6], tuple(SECOND.timetuple())[:6]),
        (lambda: mktime(localtime()), SECOND.timestamp()),
        (lambda: ctime(), "Tue Jan  1 00:00:12 2030"),
        (lambda: time.asctime(), "Tue Jan  1 00:00:12 2030"),
        (lambda: strftime("%H:%M:%S %Z"), "00:00:12 UTC"),
    ],
)
def test_a_clock_that_was_imported_by_name_tells_the_worlds_time(asked, answer):
    with world():
        told = asked()
    assert told == answer


@mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
def test_outside_of_a_world_every_clock_is_the_real_one():
    before = now(), datetime.now, datetime.now(), date.today(), localtime()[:3], perf_counter
    with world():
        inside = perf_counter, now
    assert all(it is not real for it, real in zip(inside, (perf_counter, now), strict=True))
    assert now() - before[0] < 60
    assert datetime.now() - before[2] < timedelta(minutes=1)
    assert date.today().year < 2030
    assert datetime.now.__name__ == before[1].__name__ == "now"
    assert perf_counter is before[5] is time.perf_counter


def test_what_is_a_datetime_stays_one():
    kind = datetime
    with world():
        assert datetime is kind
        assert type(datetime.now()) is kind
        assert isinstance(NOW, datetime)


def test_a_nap_is_refused_by_name_and_place():
    with (
        world(),
        raises(SandboxViolation, match=r"time\.sleep\(2\.5\).*, in .*test_clocks.*, line \d+"),
    ):
        nap(2.5)


def test_a_refusal_that_somebody_swallows_is_a_mistake_of_the_world():
    async def careless():
        try:
            nap(1)  # noqa: ASYNC251
        except Exception:
            return "as if nothing had happened"

    loop = SimLoop(simpy.Environment())
    with world():
        loop.run_until_complete(careless())
    assert "time.sleep(1)" in loop.unhandled_errors[0]["message"]


def test_a_module_that_is_loaded_in_a_world_is_in_it_and_in_no_world_afterwards(monkeypatch):
    module = types.ModuleType("guest")
    monkeypatch.setitem(sys.modules, "guest", module)
    with world():
        exec("from time import time\nfrom datetime import datetime", module.__dict__)
        assert module.time() == NOW_S
    assert module.time() < NOW_S
    with world(now_s=NOW_S + 1):
        assert module.time() == NOW_S + 1
        assert module.datetime.now().year == 2030


def test_a_world_in_a_world_has_a_time_and_chance_of_its_own():
    def draws():
        return os.urandom(4), uuid.uuid1(), uuid.uuid4()

    with world(seed=1):
        alone = [draws(), draws()]
    with world(seed=1):
        first = draws()
        with world(seed=2, now_s=NOW_S + 900):
            assert now() == time.time() == NOW_S + 900
            assert draws() not in alone
        assert now() == time.time() == NOW_S
        assert [first, draws()] == alone


def test_worlds_may_end_in_any_order():
    real = now, datetime.__dict__["now"]
    one, two = world(1), world(2, NOW_S + 1)
    one.__enter__()
    two.__enter__()
    one.__exit__(None, None, None)
    assert now() == NOW_S + 1
    two.__exit__(None, None, None)
    assert (now, datetime.__dict__["now"]) == real
    assert now() < NOW_S


def test_everything_is_back_when_a_world_cannot_begin(monkeypatch):
    real = now, datetime.__dict__["now"]

    def fail(name):
        raise LookupError(name)

    chance = Randomness(0)
    monkeypatch.setattr(chance, "stream", fail)
    with raises(LookupError), ambient.virtual(lambda: NOW_S, chance):
        pass
    assert (now, datetime.__dict__["now"]) == real


def test_a_default_that_is_asked_each_time_is_found_in_the_module_that_has_it():
    async def moments():
        before = now(), datetime.now()
        await asyncio.sleep(900)
        return now() - before[0], (datetime.now() - before[1]).total_seconds()

    loop = SimLoop(simpy.Environment())
    with ambient.virtual(lambda: NOW_S + loop.time(), Randomness(0)):
        assert loop.run_until_complete(moments()) == (900, 900)


def test_a_package_that_is_named_as_one_of_pythons_is_somebodys_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "__init__.py").write_text("")
    (tmp_path / "test" / "mine.py").write_text("from time import sleep, time\n")
    for name in [it for it in sys.modules if it.partition(".")[0] == "test"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path)
    mine = importlib.import_module("test.mine")
    with world():
        assert mine.time() == NOW_S
        with raises(SandboxViolation):
            mine.sleep(1)
    for name in ("test", "test.mine"):
        monkeypatch.delitem(sys.modules, name)

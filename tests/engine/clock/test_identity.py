"""What tells one process or machine from another is the world's, and so is its time zone."""

import logging
import os
import platform
import signal
import socket
import ssl
import tempfile
import threading
import time
from os import getpid
from queue import Queue
from time import timezone, tzname

from pytest import fixture, mark, raises

from boxoffice import System, faults
from boxoffice.clock import ambient
from boxoffice.clock.identity import Process
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.sandbox import SandboxViolation

SECOND_S = 1_900_000_000.0
REAL = os.getpid()


def world(seed=0, **process):
    return ambient.virtual(lambda: SECOND_S, Randomness(seed), **process)


@fixture
def far_away(monkeypatch):
    """A machine that is in Tokyo."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def zone():
    return time.tzname, time.timezone, time.altzone, time.daylight


def test_a_world_is_in_utc_wherever_the_machine_is(far_away):
    assert zone() == (("JST", "JST"), -32_400, -32_400, 0)
    record = logging.LogRecord("", 20, "", 1, "", (), None)
    record.created = SECOND_S
    with world():
        assert zone() == (("UTC", "UTC"), 0, 0, 0)
        assert logging.Formatter("%(asctime)s").format(record).startswith("2030-03-17 17:46:40")
        with raises(SandboxViolation, match="tzset"):
            time.tzset()
    assert zone() == (("JST", "JST"), -32_400, -32_400, 0)
    assert logging.Formatter("%(asctime)s").format(record).startswith("2030-03-18 02:46:40")


def test_a_time_zone_that_was_imported_by_name_is_the_worlds(far_away, monkeypatch):
    for name in ("timezone", "tzname"):
        monkeypatch.setitem(globals(), name, getattr(time, name))
    with world():
        assert (timezone, tzname) == (0, ("UTC", "UTC"))
    assert (timezone, tzname) == (-32_400, ("JST", "JST"))


def test_a_process_and_its_machine_are_those_that_are_told():
    with world(process=lambda: Process(7, "shelf-2")):
        assert (os.getpid(), getpid(), os.getppid()) == (7, 7, 0)
        assert {
            socket.gethostname(), socket.getfqdn(), platform.node(), os.uname().nodename,
        } == {"shelf-2"}  # fmt: skip
        assert platform.system() in platform.platform()
        assert os.times().elapsed == SECOND_S
    assert os.getpid() == getpid() == REAL
    assert platform.node() == os.uname().nodename == socket.gethostname()


@mark.parametrize(
    ("attempt", "named"),
    [
        (lambda: os.kill(os.getpid(), signal.SIGTERM), r"os.kill\(7"),
        (lambda: os._exit(1), "os._exit"),
        (lambda: signal.raise_signal(signal.SIGTERM), "raise_signal"),
        (lambda: signal.setitimer(signal.ITIMER_REAL, 1.0), "setitimer"),
        (lambda: signal.alarm(1), "alarm"),
        (lambda: socket.gethostbyaddr("127.0.0.1"), "gethostbyaddr"),
        (lambda: threading.Event().wait(1.0), "a wait for another thread"),
        (lambda: Queue().get(timeout=1.0), "a wait for another thread"),
    ],
)
def test_what_reaches_a_real_process_is_refused(attempt, named):
    with world(process=lambda: Process(7, "shelf")), raises(SandboxViolation, match=named):
        attempt()


def test_a_time_limit_of_the_test_can_be_called_off_in_a_world():
    with world():
        assert signal.setitimer(signal.ITIMER_VIRTUAL, 0) == (0.0, 0.0)


def test_names_of_files_and_what_openssl_draws_come_from_the_seed():
    def drawn(seed):
        with world(seed):
            return next(tempfile._get_candidate_names()), ssl.RAND_bytes(8)

    next(tempfile._get_candidate_names())
    assert drawn(1) == drawn(1)
    assert drawn(1)[0] != drawn(2)[0]
    assert drawn(1)[1] != drawn(2)[1]


def test_each_life_of_each_host_is_a_process_of_its_own():
    asked = []

    async def works(drivers):
        asked.append((os.getpid(), socket.gethostname()))
        assert os.getpid() == asked[-1][0]
        await drivers.mongo["a"]["b"].insert_one({})

    system = System("yard")
    system.service("worker", works, mongo="mongo", replicas=2)

    @system.story(faults=[faults.crashes("worker", of="insert_one", share=1.0)])
    async def a_day(world):
        asked.append((os.getpid(), socket.gethostname()))
        await world.passes(600)

    def played():
        asked.clear()
        system.run(a_day, seed=3)
        return asked[:]

    first = played()
    assert (1, "localhost") in first
    assert {host for _, host in first} == {"localhost", "worker", "worker-2"}
    assert len({pid for pid, _ in first}) == len(first) > 3
    assert played() == first

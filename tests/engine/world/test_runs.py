"""Runs one after another are those that each would be alone."""

import time
from datetime import datetime

from pytest import raises

from boxoffice import System, run, runs
from boxoffice.clock import EPOCH

loads = System("loads")
seen = []
asked = {}  # what the service asks, and may be given between two runs


async def worker(drivers):
    seen.append([datetime.now(), *(ask() for ask in asked.values())])


@loads.story()
async def a_moment(world):
    await world.passes(seconds=world.randomness.stream("pause").uniform(1, 2))


loads.service("worker", worker)


def test_runs_are_the_same_as_each_alone():
    alone = [run(a_moment, seed).trace.sha256() for seed in (3, 5, 4)]
    assert [it.trace.sha256() for it in runs(a_moment, [3, 5, 4])] == alone
    assert [it.seed for it in runs(a_moment, range(2))] == [0, 1]


def test_between_two_runs_the_clock_is_the_real_one_and_afterwards_as_well():
    real = time.time
    played = runs(a_moment, range(2))
    next(played)
    assert abs(time.time() - real()) < 60 < abs(EPOCH.timestamp() - real())
    assert abs(datetime.now().timestamp() - real()) < 60
    next(played)
    played.close()
    assert time.time is real


def test_who_takes_hold_of_a_clock_between_two_runs_has_the_worlds_in_the_next(monkeypatch):
    played = runs(a_moment, range(3))
    next(played)
    for name, clock in (("time", time.time), ("now", datetime.now)):
        monkeypatch.setitem(asked, name, clock)
    next(played)
    moment, seconds, now = seen[-1]
    assert now == moment
    assert seconds == moment.replace(tzinfo=EPOCH.tzinfo).timestamp()
    played.close()


def test_an_error_ends_them_and_leaves_the_real_clock():
    real = time.time

    @loads.story()
    async def fails(world):
        raise KeyError("nothing")

    with raises(KeyError):
        list(runs(fails, range(2)))
    assert time.time is real

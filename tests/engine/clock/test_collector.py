"""While a world runs the garbage collector looks less often, and afterwards as it did."""

import gc
import random
import time
from weakref import ref

from pytest import fixture, mark

from boxoffice import System, run
from boxoffice.clock.collector import collect_what_is_over, collecting_less_often


@fixture(autouse=True)
def pythons_own():
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def young():
    return gc.get_threshold()[0]


def test_a_world_has_it_look_less_often_and_leaves_it_as_it_was():
    alone, seen = System("alone"), []

    async def worker(drivers):
        seen.append(young())

    async def script(world):
        await world.passes(seconds=1)

    alone.service("worker", worker)
    alone.open(0, []).run(script)
    assert seen == [50_000]
    assert gc.get_threshold() == (700, 10, 10)


class Waits:
    """What was lost before a world began, in a circle, and waits when it is found."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        time.sleep(1)


@mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_what_was_lost_before_a_world_decides_nothing_in_it():
    alone = System("alone")

    @alone.story
    async def a_look(world):
        gc.collect()

    Waits()
    gc.disable()
    try:
        assert not run(a_look, 0).violations
    finally:
        gc.enable()


def test_worlds_that_end_in_any_order_leave_it_as_it_was():
    first, second = collecting_less_often(), collecting_less_often()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert young() == 50_000
    second.__exit__(None, None, None)
    assert young() == 700


def test_who_has_it_look_less_often_still_or_never_is_let_be():
    for chosen in (0, 500_000):
        gc.set_threshold(chosen)
        with collecting_less_often():
            assert young() == chosen
        assert young() == chosen


def test_what_a_story_chooses_for_good_stays():
    with collecting_less_often():
        gc.set_threshold(0)
    assert young() == 0


def test_a_world_that_is_over_is_let_go_of_when_the_next_begins():
    alone, worlds, gone = System("alone"), [], []

    async def worker(drivers):
        gone.extend(it() is None for it in worlds)
        worlds.append(ref(drivers.world))

    alone.service("worker", worker)

    @alone.story
    async def a_second(world):
        await world.passes(seconds=1)

    gc.set_threshold(500_000)  # so that nothing is let go of otherwise
    for seed in range(2):
        run(a_second, seed)
    assert gone == [True]


class Circle:
    def __init__(self):
        self.itself = self


@mark.parametrize(("looks", "worlds"), [(1, 12), (2, 140)])
def test_what_has_outlived_looks_is_let_go_of_between_worlds_that_make_little(looks, worlds):
    circle = Circle()
    gone = ref(circle)
    gc.collect(looks - 1)
    del circle
    for _ in range(worlds):
        collect_what_is_over()
    assert gone() is None


def test_nothing_is_collected_for_whom_has_turned_it_off():
    told = []

    def listen(phase, info):
        told.append(info)

    gc.disable()
    gc.callbacks.append(listen)
    try:
        collect_what_is_over()
        assert not told
    finally:
        gc.callbacks.remove(listen)
        gc.enable()


def test_who_is_let_go_of_before_a_world_begins_draws_nothing_of_its_chance():
    def drawn(lost):
        alone, seen = System("alone"), []

        @alone.story
        async def a_draw(world):
            seen.append(random.random())

        if lost:
            Draws()
        assert not run(a_draw, 0).violations
        return seen

    drawn(lost=False)
    assert drawn(lost=True) == drawn(lost=False)


class Draws:
    """What was lost before a world began, in a circle, and draws when it is found."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        random.random()

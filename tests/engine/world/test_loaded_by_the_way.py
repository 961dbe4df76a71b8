"""A module of people's own that is first loaded within a world leaves the same run behind it."""

import random
import sys
import uuid
from hashlib import sha512

from pytest import fixture, mark

from boxoffice import System

LATE = """
import random, secrets, time, uuid
from datetime import datetime

TOKEN = secrets.token_hex(4)
SHARED = random.random()
ID = str(uuid.uuid1())
STARTED = (time.time(), time.monotonic(), datetime.now().isoformat())

def drawn(now=time.time):
    return [now(), random.random(), secrets.token_hex(2)]
"""
SERVICE = """
import random
HERE = random.random()

async def works(drivers):
    import yard_late
    drivers.log.info("told", late=yard_late.STARTED, here=HERE, token=yard_late.TOKEN)
"""


@fixture
def written(tmp_path, monkeypatch):
    """Write modules that can be loaded, and are forgotten afterwards."""

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / f"{name}.py").write_text(text)

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    forget()


def forget():
    for name in [it for it in sys.modules if it.startswith("yard_")]:
        del sys.modules[name]


async def works(drivers):
    import yard_late

    after = [random.random(), str(uuid.uuid4()), *yard_late.drawn()]
    drivers.log.info("told", after=after, token=yard_late.TOKEN, at=yard_late.STARTED)


def played(make, seed=0, late_by=0.0, twice=False):
    system = System("yard")
    system.service("worker", make)

    @system.story
    async def a_day(world):
        await world.passes(1 + late_by)
        import yard_late

        world.trace.record("worker", "log", told=[yard_late.TOKEN, yard_late.STARTED])

    return system.run(a_day, seed=seed, twice=twice)


@mark.parametrize("make", [works, "yard_service:works"])
def test_the_first_run_of_a_process_is_the_second(written, make):
    written(yard_late=LATE, yard_service=SERVICE)
    outcome = played(make, twice=True)
    assert outcome.verdict == "holds", [it.message for it in outcome.violations]


def test_what_it_is_does_not_depend_on_who_loads_it_first(written):
    written(yard_late=LATE)
    told = []
    for seed in (0, 1):
        played(works, seed)
        told.append(sys.modules["yard_late"])
        forget()
    assert told[0] is not told[1]
    for name in ("TOKEN", "SHARED", "ID", "STARTED"):
        assert getattr(told[0], name) == getattr(told[1], name)


def test_what_is_loaded_anew_for_each_life_draws_from_the_seed(written):
    written(yard_late=LATE, yard_service=SERVICE)
    said = [played("yard_service:works", seed).trace.of_kind("log") for seed in (0, 1)]
    drawn = [[it["here"] for it in each if "here" in it.fields] for each in said]
    assert drawn[0] != drawn[1]
    assert all(drawn)


def test_nothing_is_loaded_for_a_module_to_draw_from(written, monkeypatch):
    """Since Python 3.13 `Random("a text")` loads a hash, which would ask for a stream in turn."""
    written(yard_late=LATE)

    class OfNumbers(random.Random):
        def __init__(self, seed=None):
            assert not isinstance(seed, str | bytes), "this loads a module"
            super().__init__(seed)

    monkeypatch.setattr(random, "Random", OfNumbers)
    assert played(works).verdict == "holds"
    stream = random.Random(int.from_bytes(b"yard_late" + sha512(b"yard_late").digest()))
    stream.randbytes(5), stream.getrandbits(24)
    assert stream.randbytes(4).hex() == sys.modules["yard_late"].TOKEN

"""A package that declares a system is people's own, also where `pip install .` has put it."""

import sys
from importlib import import_module, invalidate_caches

from pytest import fixture, mark, raises

from boxoffice import System
from boxoffice.clock import own
from boxoffice.clock.sandbox import SandboxViolation
from boxoffice.world.twin import Twin

YEAR_2030_S = 1_893_456_000.0
DECLARED = """
from functools import partial
from fastapi import FastAPI

async def works(drivers): pass
async def works_for(shift, drivers): pass

app = FastAPI()
partly = partial(works_for, "night")
"""
LEAVES = """
SEEN = []

async def a_day(world):
    SEEN.append(1)
    assert len(SEEN) < 2
"""
STAMPS = """
import time

held = {"now": time.time}

def stamp():
    return held["now"]()
"""
DEFAULTS = """
import time

class Cache:
    def __init__(self, *, timer=time.time):
        self.timer = timer

def stamp(now=time.time):
    return (now() + Cache().timer()) / 2
"""
MODELS = """
from datetime import datetime
from pydantic import BaseModel, Field

class Reading(BaseModel):
    at: datetime = Field(default_factory=datetime.now)
"""


@fixture
def installed(tmp_path, monkeypatch):
    """Install a package `yard` with these modules; return what imports one of them."""
    monkeypatch.setattr(own, "_CLAIMED", [])
    place = tmp_path / "site-packages"

    def install(**modules):
        (place / "yard").mkdir(parents=True)
        for name, text in {"__init__": "", **modules}.items():
            (place / "yard" / f"{name}.py").write_text(text)
        monkeypatch.syspath_prepend(place)
        invalidate_caches()
        return lambda name: import_module(f"yard.{name}")

    yield install
    for name in [it for it in sys.modules if it.partition(".")[0] == "yard"]:
        del sys.modules[name]


async def idles(drivers):
    pass


def by_a_function(system, declared):
    system.service("docs", declared.works)


def by_a_partial(system, declared):
    system.service("docs", declared.partly)


def by_an_app(system, declared):
    system.service("docs", declared.app)


def by_a_name(system, declared):
    system.service("docs", "yard.declared:works")


def by_a_story(system, declared):
    system.story(declared.works)


def by_a_twin(system, declared):
    twin = Twin("bad", "none", "it is", "yard.stamps:stamp", declared.works)
    system.story(twins=[twin])(idles)


WAYS = [by_a_function, by_a_partial, by_an_app, by_a_name, by_a_story, by_a_twin]


def hour(stamps):
    """Return what the package says the time is within a world."""
    system, said = System("street"), []
    system.service("idle", idles)

    async def asks(world):
        said.append(stamps.stamp())

    system.run(system.story(asks))
    return said[0]


@mark.parametrize("way", WAYS)
def test_what_it_holds_is_the_worlds(installed, way):
    module = installed(declared=DECLARED, stamps=STAMPS)
    stamps, declared = module("stamps"), module("declared")
    assert hour(stamps) < YEAR_2030_S  # nobody has claimed it yet
    way(System("yard"), declared)
    assert hour(stamps) >= YEAR_2030_S
    assert stamps.stamp() < YEAR_2030_S


def test_a_default_of_a_library_is_the_worlds(installed):
    stamps = installed(stamps=DEFAULTS)("stamps")
    assert hour(stamps) >= YEAR_2030_S
    assert stamps.stamp() < YEAR_2030_S
    assert hour(stamps) >= YEAR_2030_S


def test_an_invariant_claims_its_package(installed):
    module = installed(declared="def sound(write): assert write", stamps=STAMPS)
    System("yard").always("it is sound", on="a.b")(module("declared").sound)
    assert hour(module("stamps")) >= YEAR_2030_S


def test_it_is_claimed_while_another_world_is_open(installed):
    module = installed(declared=DECLARED, stamps=STAMPS)
    outer, stamps = System("street"), module("stamps")
    outer.service("idle", idles)
    with outer.world():
        by_a_function(System("yard"), module("declared"))
        assert hour(stamps) >= YEAR_2030_S
    assert stamps.stamp() < YEAR_2030_S


def test_its_models_are_looked_through(installed):
    module = installed(declared=f"from yard.models import Reading\n{DECLARED}", models=MODELS)
    system = System("yard")
    by_an_app(system, module("declared"))
    said = r"yard\.models:Reading\.at took hold of datetime\.now before the world began"
    with raises(SandboxViolation, match=said), system.world():
        pass


def test_what_it_leaves_behind_is_told(installed):
    declared = installed(declared=LEAVES)("declared")
    system = System("yard")
    system.service("idle", idles)
    outcome = system.run(system.story(declared.a_day), twice=True)
    said = "\n".join(it.message for it in outcome.violations)
    assert "SEEN of yard.declared: [], then [1]" in said


@mark.parametrize("app", ["fastapi:FastAPI", "starlette.applications:Starlette"])
def test_what_an_app_is_written_with_stays_a_library(installed, app):
    own.claim(app)
    own.claim(getattr(import_module(app.split(":")[0]), app.split(":")[1])())
    assert own.claims() == 0


def test_a_namespace_is_not_claimed_whole(installed, tmp_path):
    module = installed(declared=DECLARED)
    (tmp_path / "site-packages" / "yard" / "__init__.py").unlink()
    own.claim(module("declared").works)
    assert own.is_claimed(str(tmp_path / "site-packages" / "yard" / "declared.py"))
    assert not own.is_claimed(str(tmp_path / "site-packages" / "yard" / "other.py"))

"""What took hold of a real clock before a world began has the world's while it lasts."""

import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from os import urandom
from time import monotonic
from types import ModuleType

from fastapi import FastAPI
from pydantic import BaseModel, Field
from pytest import mark, raises

from boxoffice import System
from boxoffice.clock import ambient
from boxoffice.clock.randomness import Randomness
from boxoffice.clock.sandbox import SandboxViolation

NOON_S = 1_893_499_200.0  # of the first day of 2030

moment = datetime.now
by_name = {"now": time.time, "drawn": urandom}
in_a_list = [time.time]


def default(now=time.time):
    return now()


def keyword(*, now=time.time):
    return now()


def of_datetime(now=datetime.now):
    return now().timestamp()


def day(today=date.today):
    return datetime(today().year, today().month, today().day, 12).timestamp()


def drawn(entropy=urandom):
    return entropy(8)


def closing(now):
    def told():
        return now()

    return told


closed_over = closing(time.time)


def decorated(function):
    @wraps(function)
    def called(*args):
        return function(*args)

    return called


@decorated
def wrapped(now=time.time):
    return now()


class Clock:
    now = time.time
    told = staticmethod(time.time)
    at = datetime.now

    class Inner:
        def said(self, now=time.time):
            return now()

    def __init__(self, now=time.time):
        self.kept = now

    @classmethod
    def of_class(cls, now=time.time):
        return now()

    @staticmethod
    def of_none(now=time.time):
        return now()

    @property
    def read(self, now=time.time):
        return now()


clock = Clock()


@dataclass
class Note:
    at: float = field(default_factory=time.time)
    now: Callable[[], float] = time.time
    when: datetime = field(default_factory=datetime.now)


ASKED = {
    "default": default,
    "keyword": keyword,
    "datetime": of_datetime,
    "date": day,
    "a module's name": lambda: moment().timestamp(),
    "a dictionary": lambda: by_name["now"](),
    "a list": lambda: in_a_list[0](),
    "a closure": lambda: closed_over(),
    "a decorated function": lambda: wrapped(),
    "a class": lambda: Clock.now(),
    "a static method": lambda: Clock().told(),
    "an attribute of a class": lambda: Clock().now(),
    "a class's datetime": lambda: Clock.at().timestamp(),
    "a method": lambda: Clock.Inner().said(),
    "a class method": lambda: Clock.of_class(),
    "a static function": lambda: Clock.of_none(),
    "a property": lambda: Clock().read,
    "what an instance is given": lambda: Clock().kept(),
    "what an instance holds": lambda: clock.kept(),
    "a field's factory": lambda: Note().at,
    "a field's default": lambda: Note().now(),
    "a field's moment": lambda: Note().when.timestamp(),
}


@mark.parametrize("held", ASKED)
def test_it_is_the_worlds_while_the_world_lasts_and_the_real_one_again(held):
    ask = ASKED[held]
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert ask() == NOON_S
    assert abs(ask() - time.time()) < 86_400
    with ambient.virtual(lambda: NOON_S + 60, Randomness(0)):
        assert ask() in (NOON_S, NOON_S + 60)  # a day has no minutes


def test_entropy_that_was_taken_hold_of_is_drawn_from_the_seed():
    def asked():
        with ambient.virtual(lambda: NOON_S, Randomness(0)):
            return drawn(), by_name["drawn"](4), monotonic(), random.random()

    assert asked() == asked()
    assert drawn() != drawn()


def test_everything_is_as_it_was_afterwards():
    before = (default.__defaults__, dict(Clock.__dict__), clock.kept, list(in_a_list), moment)
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert default.__defaults__ != before[0]
    assert (default.__defaults__, dict(Clock.__dict__), clock.kept, in_a_list, moment) == before
    assert in_a_list[0] is time.time


class Reading(BaseModel):
    at: datetime = Field(default_factory=datetime.now)


class Lazy(BaseModel):
    at: datetime = Field(default_factory=lambda: datetime.now())


def readings(drivers):
    return FastAPI()


SAID = (
    r"tests\.engine\.clock\.test_bound_before:Reading\.at took hold of datetime\.now before "
    r"the world began: say default_factory=lambda: datetime\.now\(…\)"
)


PARTLY = """
from datetime import UTC, datetime
from functools import partial
from pydantic import BaseModel, Field

class Partly(BaseModel):
    at: datetime = Field(default_factory=partial({}))

async def works(drivers): pass
"""


def imported(monkeypatch, text):
    """Return a new module of this text."""
    module = ModuleType("yard_told")
    monkeypatch.setitem(sys.modules, "yard_told", module)
    exec(text, vars(module))
    return module


def test_what_cannot_be_made_the_worlds_is_refused_by_name_and_place(monkeypatch):
    system = System("yard")
    system.service("readings", readings, route="/")
    with raises(SandboxViolation, match=SAID), system.world():
        pass


@mark.parametrize("how", ["from {} import Reading", "import {0} as models", "from {} import day"])
def test_a_model_that_a_service_has_imported_is_found(monkeypatch, how):
    made = imported(monkeypatch, f"{how.format(__name__)}\nasync def works(drivers): pass")
    system = System("yard")
    system.service("readings", made.works)
    with raises(SandboxViolation, match=SAID), system.world():
        pass


@mark.parametrize("factory", ["datetime.now, UTC", "lambda now: now(), datetime.now"])
def test_a_model_is_refused_for_what_a_partial_factory_has(monkeypatch, factory):
    made = imported(monkeypatch, PARTLY.format(factory))
    system = System("yard")
    system.service("readings", made.works)
    said = r"yard_told:Partly\.at took hold of datetime\.now before the world began"
    with raises(SandboxViolation, match=said), system.world():
        pass


@mark.parametrize("default", ["time.time", "partial(time.time)"])
def test_a_context_variable_that_has_a_clock_by_default_is_refused(monkeypatch, default):
    text = f"""
import time
from contextvars import ContextVar
from functools import partial

told = ContextVar("told", default={default})
unset = ContextVar("unset")

async def works(drivers): pass
"""
    system = System("yard")
    system.service("readings", imported(monkeypatch, text).works)
    said = r"yard_told:told took hold of time before .* default=lambda: time\(…\)"
    with raises(SandboxViolation, match=said), system.world():
        pass


def test_a_model_that_a_story_has_imported_is_found():
    async def reads(world):
        await world.passes(1)

    system = System("yard")
    system.service("docs", "tests.engine.toys:courier", mongo="mongo", nats="nats")
    with raises(SandboxViolation, match=SAID):
        system.run(system.story()(reads))


@mark.parametrize("text", ["", "import tests.engine.toys\n"])
def test_a_model_of_nobody_who_plays_disturbs_no_world(monkeypatch, text):
    made = imported(monkeypatch, f"{text}async def works(drivers): pass")
    system = System("yard")
    system.service("readings", made.works)
    with system.world() as world:
        world.passes(1)

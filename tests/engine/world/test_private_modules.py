"""Modules that each life has of its own are in the world as well: its time, its ids, its twins."""

import sys

from pytest import fixture

from boxoffice import System, Twin, Verdict

APP = """
from dataclasses import dataclass, field
from datetime import datetime
from time import time

from fastapi import FastAPI
from yard.rules import allowed

app = FastAPI()
LOADED_S = time()

@dataclass
class Note:
    at: datetime = field(default_factory=datetime.utcnow)
    since_s: float = field(default_factory=time)

@app.get("/")
def state(now=time):
    return {"year": Note().at.year, "s": Note().since_s - now(), "loaded": LOADED_S,
            "allowed": allowed()}
"""


@fixture
def yard(tmp_path, monkeypatch):
    """A system of one service that is named by a string."""
    (tmp_path / "yard").mkdir()
    (tmp_path / "yard" / "__init__.py").write_text("")
    (tmp_path / "yard" / "main.py").write_text(APP)
    (tmp_path / "yard" / "rules.py").write_text("def allowed():\n    return False\n")
    monkeypatch.syspath_prepend(tmp_path)
    system = System("yard")
    system.service("yard", "yard.main:app", route="/")
    yield system
    for name in [it for it in sys.modules if it.partition(".")[0] == "yard"]:
        del sys.modules[name]


def played(system, bug=None):
    @system.story()
    async def a_day(world):
        await world.passes(60)
        ann = world.client("Ann")
        before = (await ann.get("/")).json()
        world.crash("yard", down_s=1.0)
        await world.passes(60)
        seen.append((before, (await ann.get("/")).json()))

    seen = []
    outcome = system.run(a_day, bug=bug)
    assert outcome.verdict is not Verdict.VIOLATED, outcome.violations
    return seen[0], outcome


def test_a_life_that_is_loaded_anew_is_in_the_worlds_time(yard):
    (before, after), _ = played(yard)
    assert before["year"] == after["year"] == 2030
    assert before["s"] == after["s"] == 0.0
    assert 60 < after["loaded"] - before["loaded"] < 62


def test_a_twin_stands_in_in_every_life(yard):
    twin = Twin("lax", "some are refused", "story", "yard.rules:allowed", lambda: True)
    (before, after), outcome = played(yard, twin)
    assert before["allowed"] is after["allowed"] is True
    assert outcome.stand_in_calls == 2
    (before, after), _ = played(yard)
    assert before["allowed"] is after["allowed"] is False

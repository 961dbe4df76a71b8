"""What services do on their own, without a driver in hand, is of the world all the same."""

import asyncio
import random
import secrets
import subprocess
import threading
import time
import uuid
from datetime import date, datetime
from time import perf_counter, strftime
from time import time as now

from fastapi import BackgroundTasks, Depends, FastAPI
from pytest import mark

from boxoffice import System, Verdict
from boxoffice.views.explorer.model import text_of


def careless(drivers):
    """An app that hands itself the time, ids and threads, as most do."""
    app, notes = FastAPI(), drivers.mongo["desk"]["notes"]

    def since():
        return {"id": str(uuid.uuid4()), "at": datetime.now().isoformat(), "began": now()}

    def tell(words: list):
        words.append(threading.get_ident())

    @app.post("/notes")
    def note(background: BackgroundTasks, mine: dict = Depends(since)):
        background.add_task(tell, told)
        drawn = [random.random(), secrets.token_hex(4), random.choice("abc"), str(uuid.uuid1())]
        return mine | {"day": str(date.today()), "drawn": drawn, "said": strftime("%c")}

    @app.put("/notes")
    async def keep():
        began = perf_counter()
        await asyncio.sleep(random.random())
        await notes.insert_one({"took": perf_counter() - began, "utc": datetime.utcnow()})

    told = []
    return app


def desk(make):
    system = System("desk")
    system.service("desk", make, mongo="mongo", route="/")
    return system


def played(system, *deeds):
    @system.story()
    async def a_day(world):
        people = [world.client(name) for name in ("Ann", "Ben", "Cleo")]
        for method in deeds:
            await world.together(*(it.request(method, "/notes") for it in people))

    return system.run(a_day, seed=3)


@mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
def test_ten_runs_on_one_seed_are_one():
    outcomes = [played(desk(careless), "POST", "PUT", "POST") for _ in range(10)]
    assert len({it.trace.sha256() for it in outcomes}) == 1
    assert not outcomes[0].violations
    answers = [it["body"] for it in outcomes[0].trace.of_kind("response") if it["body"]]
    assert len({it["id"] for it in answers}) == 6
    assert all(it["at"].startswith("2030-01-01T00:00:0") for it in answers)
    took = [it["after"]["took"] for it in outcomes[0].trace.of_kind("write")]
    assert len(took) == 3
    assert all(0.0 < it < 1.0 for it in took)
    assert "2030-01-01T00:00:0" in text_of(outcomes[:1])  # ids and moments can be drawn, too


@mark.parametrize(
    ("reach", "named"),
    [
        (lambda: time.sleep(1), r"time.sleep\(1\)"),
        (lambda: threading.Thread(target=print).start(), "a thread's start"),
        (lambda: subprocess.run(["true"], check=True), "a process's start"),
    ],
)
def test_who_reaches_outside_is_told_of_though_all_was_answered(reach, named):
    def make(drivers):
        app = FastAPI()

        @app.post("/notes")
        def note():
            try:
                reach()
            except Exception:
                return "all is well"

        return app

    outcome = played(desk(make), "POST")
    assert outcome.verdict is Verdict.VIOLATED
    said = outcome.violations[0].message
    assert named.replace("\\", "") in said
    assert "inside a simulated world, in tests.engine.world.test_one_trace" in said


def test_a_world_held_open_is_in_its_own_time_to_the_end():
    years = []

    async def worker(drivers):
        years.append(datetime.now().year)
        try:
            await asyncio.sleep(9e9)
        finally:
            years.append(datetime.now().year)

    system = System("desk")
    system.service("worker", worker)
    with system.world(seed=1) as world:
        world.passes(60)
        assert datetime.now().year < 2030
    assert years == [2030, 2030]

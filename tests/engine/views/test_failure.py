"""Why a run failed, as pytest shows it."""

import asyncio
import re
from contextlib import asynccontextmanager, suppress

import httpx
from fastapi import FastAPI
from pytest import raises

from boxoffice import System, Twin, Verdict, faults
from boxoffice.views.failure import failure
from tests.engine import toys

BLIND = Twin("blind", "", "not-negative", "tests.engine.toys:take_one", toys.take_blindly)


async def a_rush(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 1})
    people = [world.client(f"P{n}") for n in range(8)]
    await world.together(
        *(it.post("/reservations", json={"id": f"r{n}"}) for n, it in enumerate(people))
    )


async def one(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
    with raises(httpx.TransportError):
        await world.client("Bob").post("/reservations", json={"id": "r"})


def test_a_breach_is_told_with_its_moment_and_the_events_that_led_there():
    system = toys.warehouse()
    slow = faults.slow_calls(by_s=0.5, of="update_one")
    outcome = system.run(system.story(faults=[slow])(a_rush), seed=1, bug=BLIND)
    said = failure(outcome)
    assert re.search(
        r"^violated: not-negative: not so: .*\n  at 00:00\.\d{3}, after:\n"
        r"(?:    00:00\.\d{3}  .*\n)+  ✗ 00:00\.\d{3}  mongo  inventory\.stock book: left 0 → -1$",
        said,
        re.MULTILINE,
    ), said
    assert "POST /reservations" in said  # what it goes back to


def test_a_breach_at_the_end_is_told_with_what_went_wrong_before():
    system = toys.warehouse()
    crash = faults.crashes("inventory", of="reservations.insert_one", at="mongo", nth=[1])
    said = failure(system.run(system.story(faults=[crash])(one)))
    assert said.startswith("violated: shipped: never shipped: ['r']\n")
    assert re.search(r"^  at the end, 00:\d\d\.\d{3}$", said, re.MULTILINE)
    assert re.search(
        r"what went wrong meanwhile:\n    00:00\.\d{3}  inventory  crashes and forgets everything$",
        said,
    )


def test_an_exception_in_a_service_is_told_by_file_and_line():
    system = System("pages")
    app = FastAPI()

    @app.get("/page")
    async def page():
        raise LookupError("no such page")

    async def looks(world):
        assert (await world.client("Ann").get("/page")).status_code == 200

    system.service("pages", lambda drivers: app, route="/")
    said = failure(system.run(system.story()(looks)))
    assert re.search(r'pages raised:\n +File ".*test_failure\.py", line \d+, in page', said), said
    assert 'raise LookupError("no such page")' in said
    assert "LookupError: no such page" in said
    assert "starlette" not in said


def test_a_worker_that_dies_is_told_by_file_and_line():
    system = System("works")

    async def work(drivers):
        raise LookupError("no work")

    async def waits(world):
        await world.passes(1)

    system.service("worker", work)
    outcome = system.run(system.story()(waits))
    assert outcome.verdict is Verdict.VIOLATED
    assert re.search(r'File ".*test_failure\.py", line \d+, in work', failure(outcome))


def test_many_breaches_of_one_invariant_are_counted():
    system = toys.warehouse()
    slow = faults.slow_calls(by_s=0.5, of="update_one")
    said = failure(system.run(system.story(faults=[slow])(a_rush), seed=1, bug=BLIND))
    assert said.count("violated: not-negative") == 3
    assert re.search(r"… and \d more of not-negative", said)


def test_a_breach_at_the_end_is_told_with_what_happened_to_what_it_names():
    system = toys.warehouse()
    lost = faults.lost_requests(of="publish", at="nats")

    async def two(world):
        await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
        for each in ("other", "wanted"):
            await world.client("Bob").post("/reservations", json={"id": each})

    @system.finally_("what is wanted is shipped")
    def arrives(end):
        assert end.ids("shipping.shipments") >= {"wanted"}, "never came: wanted"

    said = failure(system.run(system.story(faults=[lost], checks=[arrives])(two)))
    _, _, about = said.partition("violated: arrives: never came: wanted\n")
    assert "  what happened to what it names:\n" in about
    about, _, _ = about.partition("what went wrong meanwhile:\n")
    assert "Bob  POST /reservations" in about
    assert "inventory.reservations wanted" in about
    assert "inventory.reservations other" not in about


def test_a_task_that_dies_behind_an_app_is_told_by_file_and_line():
    system = System("pages")

    async def consume():
        await asyncio.sleep(1)
        raise LookupError("nothing to consume")

    @asynccontextmanager
    async def lifespan(app):
        app.state.consumer = asyncio.create_task(consume())
        yield

    async def waits(world):
        await world.passes(5)

    system.service("pages", lambda drivers: FastAPI(lifespan=lifespan), route="/")
    outcome = system.run(system.story()(waits))
    assert [it.message for it in outcome.violations] == [
        "nobody took care of LookupError('nothing to consume')"
    ]
    assert re.search(r'File ".*test_failure\.py", line \d+, in consume', failure(outcome))


def test_an_exception_that_somebody_waits_for_is_no_failure():
    system = System("pages")
    app = FastAPI()

    async def fails():
        raise LookupError

    @app.get("/page")
    async def page():
        app.state.task = asyncio.create_task(fails())
        await asyncio.sleep(1)
        with suppress(LookupError):
            await app.state.task

    async def looks(world):
        assert (await world.client("Ann").get("/page")).status_code == 200

    system.service("pages", lambda drivers: app, route="/")
    assert system.run(system.story()(looks)).verdict is Verdict.HOLDS

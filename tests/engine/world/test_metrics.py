"""What prometheus_client counts is counted by one process, and dies with it."""

import sys
from textwrap import dedent

import prometheus_client
from pytest import fixture, mark

from boxoffice import System

APP = """
    from fastapi import FastAPI
    from prometheus_client import REGISTRY, Counter, Histogram, generate_latest, make_asgi_app

    SEEN = Counter("seen", "requests", ["who"])
    TOOK = Histogram("took_seconds", "time")
    app = FastAPI()
    app.mount("/metrics", make_asgi_app())

    @app.get("/seen")
    def seen():
        with TOOK.time():
            SEEN.labels("Ann").inc()
        assert "python_info" in generate_latest().decode()
        return REGISTRY.get_sample_value("seen_total", {"who": "Ann"})
"""


@fixture
def mill(tmp_path, monkeypatch):
    """A system of one service that counts, in two replicas."""
    (tmp_path / "mill").mkdir()
    (tmp_path / "mill" / "__init__.py").write_text("")
    (tmp_path / "mill" / "main.py").write_text(dedent(APP))
    monkeypatch.syspath_prepend(tmp_path)
    system = System("mill")
    system.service("mill", "mill.main:app", route="/", replicas=2)
    yield system
    for name in [it for it in sys.modules if it.partition(".")[0] == "mill"]:
        del sys.modules[name]


async def seen(world, times):
    return [(await world.client("Ann").get("/seen")).json() for _ in range(times)]


@mark.parametrize("seed", [0, 1])
def test_each_life_counts_for_itself(mill, seed):
    @mill.story()
    async def a_day(world):
        assert await seen(world, 4) == [1, 1, 2, 2]
        world.crash("mill", down_s=1.0)
        await world.passes(5)
        assert sorted(await seen(world, 2)) == [1, 3]
        exposed = (await world.client("Ann").get("/metrics/")).text
        assert 'seen_total{who="Ann"}' in exposed
        assert "process_cpu_seconds" not in exposed  # they are those of the test
        assert "python_gc" not in exposed

    assert [it.message for it in mill.run(a_day, seed=seed).violations] == []
    assert prometheus_client.REGISTRY.get_sample_value("seen_total", {"who": "Ann"}) is None
    assert "python_gc" in prometheus_client.generate_latest().decode()


def test_a_function_may_make_its_counters_in_each_life():
    def make(_):
        counter = prometheus_client.Counter("made", "lives")
        counter.inc()
        return lambda scope, receive, send: None

    system = System("mill")
    system.service("mill", make, route="/", replicas=2)

    @system.story()
    async def a_day(world):
        world.crash("mill", down_s=1.0)
        await world.passes(5)

    assert [it.message for it in system.run(a_day).violations] == []

"""What no run of a story has given an occasion to, pytest says at its end, whatever passes."""

from pytest import mark

from tests.engine.test_pytest_plugin import HEAD, RESERVED, STORY

pytest_plugins = ["pytester"]

__all__ = ["HEAD"]


def test_a_fault_that_strikes_nothing_on_any_seed_is_said_at_the_end_whatever_passes(suite):
    text = """
from boxoffice import faults

PLAN = [
    faults.skews("courier", by_s=9.0),
    faults.slow_calls(of="delete_many"),
    faults.slow_calls(by_s=0.1, of="insert_one", share=0.001),
    faults.slow_calls(by_s=0.1, of="POST"),
]

@system.restless
def elsewhere(world):
    return list(world.documents("yard.trucks"))

@system.story(faults=PLAN)"""
    result = suite(text + STORY + RESERVED, "--boxoffice-seeds", "2", "-q")
    result.assert_outcomes(passed=2)
    head = "in every run of arrives of warehouse, "
    told = [it.removeprefix(head) for it in result.outlines if it.startswith(head)]
    assert told[0] == "skews('courier', by_s=9.0) struck nothing: nobody looked at this clock"
    assert told[1].startswith("slow-calls(of='delete_many') struck nothing: nothing of this kind")
    assert told[2:] == ["nobody wrote or read yard.trucks: yet it is looked into"]


@mark.parametrize(("struck", "seeds"), [(0, 1), (0, 2), (1, 1), (1, 2), (1, 3)])
def test_a_fault_that_strikes_on_some_seed_is_not_said_to_strike_nothing(suite, struck, seeds):
    text = """
from boxoffice import faults

@system.story(faults=[faults.slow_calls(by_s=0.1, of="find", nth=[1])])
async def now_and_then(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
    await world.client("Ann").post("/reservations", json={"id": "r1"})
    if world.seed == STRUCK:
        await world.drivers_of(world.hosts["courier"]).mongo["a"]["b"].find({}).to_list()
"""
    said = "in every run of now-and-then of warehouse, slow-calls(of='find', nth=[1]) struck"
    result = suite(text.replace("STRUCK", str(struck)), "--boxoffice-seeds", str(seeds))
    result.assert_outcomes(passed=seeds)
    assert any(it.startswith(said) for it in result.outlines) == (struck >= seeds)

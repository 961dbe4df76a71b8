"""A fault, or a name, for what is nowhere is told beside what has failed, and never instead."""

from contextlib import nullcontext
from io import StringIO

import httpx
from pytest import mark, raises
from rich.console import Console

from boxoffice import Twin, Verdict, faults
from boxoffice.misuse import Misuse
from boxoffice.views.failure import failure
from boxoffice.views.verdicts import verdict_lines
from tests.engine import toys

SLIP = faults.duplicates(of="work.shipp")
SAID = (
    "and besides: duplicates(of='work.shipp'): nothing publishes or consumes 'work.shipp'; "
    "did you mean 'work.ship'?"
)
BLIND = Twin(
    name="blind",
    defence="looks before it takes",
    invariant="not-negative",
    target="tests.engine.toys:take_one",
    stand_in=toys.take_blindly,
)


async def rush(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 1})
    people = [world.client(f"P{number}") for number in range(5)]
    await world.together(
        *(it.post("/reservations", json={"id": f"r{at}"}) for at, it in enumerate(people))
    )


def test_a_story_that_fails_keeps_its_verdict_and_says_the_rest_in_a_last_line():
    system = toys.warehouse()

    @system.story(faults=[SLIP])
    async def too_early(world):
        await rush(world)
        assert world.people == {}, "the true failure"

    outcome = system.run(too_early)
    [breach] = outcome.violations
    first, *_, last = breach.message.splitlines()
    assert (outcome.verdict, breach.invariant) == (Verdict.VIOLATED, "story")
    assert (first, last) == ("the true failure", SAID)
    assert outcome.as_json()["violations"][0]["message"] == breach.message
    assert f"\n  {SAID}\n" in f"{failure(outcome)}\n"


def test_a_violated_invariant_is_told_with_its_events():
    system = toys.warehouse()
    outcome = system.run(system.story(faults=[SLIP])(rush), bug=BLIND)
    breaches = [it for it in outcome.violations if it.invariant == "not-negative"]
    assert breaches[0].events
    assert [it.message.splitlines()[-1] for it in outcome.violations].count(SAID) == 1


def test_an_end_that_cannot_be_judged_is_still_told():
    system = toys.warehouse()

    @system.restless
    def never(world):
        return ["a clock that ticks"]

    outcome = system.run(system.story(faults=[SLIP])(rush))
    assert outcome.verdict is Verdict.UNDECIDED
    assert [it.message for it in outcome.violations] == [SAID]
    console = Console(width=200, file=StringIO())
    console.print(verdict_lines(outcome))
    assert SAID in console.file.getvalue()


def test_a_mistyped_collection_is_told_beside_as_well():
    system = toys.warehouse()

    @system.story()
    async def looks(world):
        await rush(world)
        assert world.documents("inventory.reservation"), "nothing there"

    [breach] = system.run(looks).violations
    first, *_, last = breach.message.splitlines()
    assert first == "nothing there"
    assert last.startswith("and besides: world.documents('inventory.reservation'): no service has")


@mark.parametrize("bug", [BLIND, None])
def test_a_world_held_open_does_as_a_run_does(bug):
    system = toys.warehouse()
    with bug.in_place() if bug else nullcontext(), system.world(faults=[SLIP]) as world:
        world.do(rush(world.world))
        if bug is None:
            with raises(Misuse, match=r"did you mean 'work\.ship'"):
                world.judge()
        else:
            said = [it.message for one in world.judge() for it in one.violations]
            assert [it.splitlines()[-1] for it in said].count(SAID) == 1


def test_an_error_that_ends_a_run_is_what_is_raised():
    system = toys.warehouse()

    @system.story(faults=[SLIP, faults.lost_requests(of="POST", by="Ann")])
    async def lost(world):
        await rush(world)

    with raises(httpx.ReadTimeout):
        system.run(lost)

import asyncio
import time
from dataclasses import replace

from pytest import mark, raises

from boxoffice import Scenario, Twin, Verdict, run
from boxoffice.faults import duplicates, lost_requests
from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant
from tests.engine.toys.post import LIES_S, STREAM, post, posted

AT_REST = Invariant(
    "at-rest",
    Kind.FINALLY,
    "nothing moves in the end",
    lambda end: Finding(True, [Breach(it) for it in end.restless]),
    judges_unrest=True,
)


def scenario(script, **options):
    """Return a scenario of a script that is given a world, and the size of its crowd."""
    system = post()
    system.invariants.append(AT_REST)
    options = {"faults": (), "checks": (), "twins": (), "system": system} | options
    return Scenario("told-here", "One line.\n\nAnd more.", script, **options)


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def messages(outcome, invariant):
    return [one.message for one in outcome.violations if one.invariant == invariant]


async def nothing(world, size):
    pass


async def one_letter(world, size):
    await world.passes(5)  # until the carrier listens
    await posted(world)


def test_a_run_in_which_nothing_happens_is_vacuous_though_its_story_holds():
    told = scenario(nothing)
    outcome = run(replace(told, checks=told.system.invariants))
    assert verdicts(outcome)["story"] is Verdict.HOLDS
    assert verdicts(outcome)["carried-all"] is Verdict.VACUOUS
    assert outcome.verdict is Verdict.VACUOUS
    assert outcome.violations == []
    assert run(told).verdict is Verdict.HOLDS, "it is about nothing, and something was tested"


def test_a_failed_assertion_of_the_story_is_a_violation_of_story():
    async def script(world, size):
        await one_letter(world, size)
        raise AssertionError("Ben should have the letter")

    outcome = run(scenario(script))
    assert outcome.verdict is Verdict.VIOLATED
    assert messages(outcome, "story") == ["Ben should have the letter"]
    assert verdicts(outcome)["carried-all"] is Verdict.HOLDS, "the rest is judged as well"


def test_an_assertion_without_words_is_told_by_its_line():
    async def script(world, size):
        raise AssertionError

    assert messages(run(scenario(script)), "story") == ["not so: raise AssertionError"]


def test_an_error_that_nobody_took_care_of_is_a_violation_of_story():
    async def script(world, size):
        world.loop.call_soon(lambda: 1 / 0)
        await world.passes(1)

    outcome = run(scenario(script))
    assert outcome.verdict is Verdict.VIOLATED
    (message,) = messages(outcome, "story")
    assert "nobody took care of ZeroDivisionError" in message


def test_any_other_error_of_a_script_is_raised_and_the_real_world_is_back():
    async def script(world, size):
        raise LookupError("a mistake in the story")

    before = time.time
    with raises(LookupError, match="a mistake in the story"):
        run(scenario(script))
    assert time.time is before


def test_a_world_that_does_not_come_to_rest_is_named_and_its_end_undecided(monkeypatch):
    async def script(world, size):
        await one_letter(world, size)
        monkeypatch.setattr(world.backends.nats, "delivery_delays", lambda consumer, message: [9e9])
        await posted(world)

    outcome = run(scenario(script))
    said = verdicts(outcome)
    assert said["at-rest"] is Verdict.VIOLATED
    assert said["carried-all"] is Verdict.UNDECIDED
    assert said["versions-grow"] is Verdict.HOLDS, "what always holds can be told"
    assert any("carrier" in message for message in messages(outcome, "at-rest"))


def test_a_breach_that_is_covered_up_before_the_second_judgement_is_still_found():
    async def script(world, size):
        await one_letter(world, size)
        await world.passes(30)
        store = world.backends.mongo["carrier-db"]
        [carried] = store.documents("carrier", "carried")
        change(store, lambda it: it.delete_one({"_id": carried["_id"]}))
        world.loop.call_later(
            600.0, change, store, lambda it: it.insert_one({"_id": carried["_id"]})
        )

    outcome = run(scenario(script))
    assert outcome.virtual_s > LIES_S, "the letter lies no more"
    assert verdicts(outcome)["carried-all"] is Verdict.VIOLATED
    assert len(messages(outcome, "carried-all")) == 1


def change(store, write):
    """Change what is carried behind everybody's back."""
    store.perform("carrier", "carried", "update_one", write)


def test_every_time_limit_is_over_before_the_last_judgement():
    looks = []
    found = scenario(one_letter)
    found.system.invariants.append(
        Invariant("looks", Kind.FINALLY, "", lambda end: looks.append(end) or Finding(True))
    )
    outcome = run(found)
    assert len(looks) == 2
    assert LIES_S < outcome.virtual_s < LIES_S + 60
    assert outcome.verdict is Verdict.HOLDS


def test_everything_is_healed_after_the_story():
    outcome = run(scenario(nothing, faults=(lost_requests(from_s=5.0),)))
    assert outcome.verdict is Verdict.HOLDS

    async def crashes_what_does_not_come_back(world, size):
        await one_letter(world, size)
        world.crash("carrier")
        world.crash("nats")
        await world.passes(1)

    outcome = run(scenario(crashes_what_does_not_come_back))
    assert verdicts(outcome)["at-rest"] is Verdict.HOLDS
    assert [it.host for it in outcome.trace.of_kind("crash")] == ["carrier", "nats"]
    assert outcome.verdict is Verdict.HOLDS


def test_seed_size_and_faults_are_the_scenarios_own_unless_they_are_given():
    sizes = []

    async def script(world, size):
        sizes.append(size)
        await one_letter(world, size)

    it = scenario(script, seed=7, size=3)
    own = run(it)
    assert (own.seed, own.scenario, own.summary, own.bug) == (7, "told-here", "One line.", None)
    given = run(it, seed=8, size=5, faults=[duplicates()])
    assert (given.seed, sizes) == (8, [3, 5])
    assert own.counts["faults"] == 0
    assert given.counts["faults"] > 0
    assert own.trace.sha256() != given.trace.sha256()


def test_a_twin_stands_in_while_the_run_lasts():
    calls = []

    async def worse(*args):
        calls.append(args)
        return "apply"

    twin = Twin("worse", "", "carried-all", "tests.engine.toys.post:carry", worse)
    outcome = run(scenario(one_letter), bug=twin)
    assert (outcome.bug, outcome.stand_in_calls) == ("worse", 1)
    assert len(calls) == 1
    assert verdicts(outcome)["carried-all"] is Verdict.VIOLATED
    assert run(scenario(one_letter)).verdict is Verdict.HOLDS


@mark.parametrize("copies", [0, 2])
def test_what_happened_is_counted(copies):
    outcome = run(scenario(one_letter, faults=(duplicates(copies=copies, of="letter.posted"),)))
    counts = outcome.counts
    assert list(counts) == [
        "http",
        "published",
        "delivered",
        "duplicates",
        "gaps",
        "redelivered",
        "faults",
    ]
    assert (counts["http"], counts["published"]) == (1, 1)
    assert counts["delivered"] == 1 + copies
    assert counts["duplicates"] == counts["redelivered"] == copies
    assert (counts["gaps"], counts["faults"]) == (0, 1)


def test_a_run_can_be_written_as_json():
    outcome = run(scenario(nothing), seed=3)
    written = outcome.as_json()
    assert written["trace_sha256"] == outcome.trace.sha256()
    assert (written["seed"], written["target"], written["verdict"]) == (3, "sim", "holds")
    assert written["invariants"]["story"] == "holds"


def test_a_run_works_in_a_running_loop_and_comes_out_the_same():
    async def cell():
        return run(scenario(one_letter))

    assert asyncio.run(cell()).trace.sha256() == run(scenario(one_letter)).trace.sha256()


def test_the_stream_is_there_to_be_judged():
    found = []

    async def script(world, size):
        await one_letter(world, size)
        found.append(world.backends.nats.streams[STREAM])

    run(scenario(script))
    assert found

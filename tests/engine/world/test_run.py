import asyncio
import time

from pytest import mark, raises

from boxoffice.faults import duplicates, lost_requests
from boxoffice.trace.verdict import Verdict
from boxoffice.world.run import run
from boxoffice.world.scenario import Scenario
from boxoffice.world.twin import Twin
from scenarios.shop.system import SHOP
from services.common.messaging import STREAM
from tests.services.shop import Shop


def scenario(script, **options):
    """Return a scenario of a script that is given a shop and the size of its crowd."""

    async def play(world, size):
        await script(Shop(world), size)

    options = {"faults": (), "checks": (), "twins": (), "system": SHOP} | options
    return Scenario("told-here", "One line.\n\nAnd more.", play, **options)


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def messages(outcome, invariant):
    return [one.message for one in outcome.violations if one.invariant == invariant]


async def nothing(shop, size):
    pass


async def one_ticket(shop, size):
    await shop.ticket(await shop.person("sue"))


async def one_order(shop, size):
    ticket = await shop.ticket(await shop.person("sue"))
    await shop.order(await shop.person("ana"), ticket["id"])


def test_a_run_in_which_nothing_happens_has_vacuous_invariants_and_a_story_that_holds():
    outcome = run(scenario(nothing))
    assert verdicts(outcome)["story"] is Verdict.HOLDS
    assert verdicts(outcome)["no-double-sale"] is Verdict.VACUOUS
    assert outcome.verdict is Verdict.HOLDS
    assert outcome.violations == []


def test_a_failed_assertion_of_the_story_is_a_violation_of_story():
    async def script(shop, size):
        await one_ticket(shop, size)
        raise AssertionError("Ana should have the seat")

    outcome = run(scenario(script))
    assert outcome.verdict is Verdict.VIOLATED
    assert messages(outcome, "story") == ["Ana should have the seat"]
    assert verdicts(outcome)["replicas-converge"] is Verdict.HOLDS, "the rest is judged as well"


def test_an_assertion_without_words_is_told_by_its_line():
    async def script(shop, size):
        raise AssertionError

    assert messages(run(scenario(script)), "story") == ["not so: raise AssertionError"]


def test_an_error_that_nobody_took_care_of_is_a_violation_of_story():
    async def script(shop, size):
        shop.world.loop.call_soon(lambda: 1 / 0)
        await shop.sleep(1)

    outcome = run(scenario(script))
    assert outcome.verdict is Verdict.VIOLATED
    (message,) = messages(outcome, "story")
    assert "nobody took care of ZeroDivisionError" in message


def test_any_other_error_of_a_script_is_raised_and_the_real_world_is_back():
    async def script(shop, size):
        raise LookupError("a mistake in the story")

    before = time.time
    with raises(LookupError, match="a mistake in the story"):
        run(scenario(script))
    assert time.time is before


def test_a_world_that_does_not_come_to_rest_is_named_and_its_end_undecided(monkeypatch):
    async def script(shop, size):
        await one_ticket(shop, size)
        nats = shop.world.backends.nats
        monkeypatch.setattr(nats, "arrivals", lambda consumer, message: [9e9])
        await shop.ticket(await shop.person("ben"))

    outcome = run(scenario(script))
    said = verdicts(outcome)
    assert said["nothing-stuck"] is Verdict.VIOLATED
    assert said["replicas-converge"] is Verdict.UNDECIDED
    assert said["versions-step-by-one"] is Verdict.HOLDS, "what always holds can be told"
    assert any("orders" in message for message in messages(outcome, "nothing-stuck"))


def test_a_breach_that_is_covered_up_before_the_second_judgement_is_still_found():
    async def script(shop, size):
        await one_order(shop, size)
        world = shop.world
        server = world.backends.mongo["tickets-db"]
        documents = server.documents_with("tickets", "tickets", "holder")
        await shop.sleep(30)
        held = documents[0]["_id"]
        overwrite(world, held, {"$set": {"title": "Another"}})
        shop.world.loop.call_later(600.0, overwrite, world, held, {"$set": {"title": "Front row"}})

    outcome = run(scenario(script))
    assert outcome.virtual_s > 900, "the order's time ran out"
    assert verdicts(outcome)["replicas-converge"] is Verdict.VIOLATED
    assert len(messages(outcome, "replicas-converge")) == 1


def overwrite(world, id, change):
    """Change a ticket behind everybody's back."""
    store = world.backends.mongo["tickets-db"]
    store.perform("tickets", "tickets", "update_one", lambda it: it.update_one({"_id": id}, change))


def test_every_open_order_has_expired_before_the_last_judgement():
    outcome = run(scenario(one_order))
    cancelled = [it for it in outcome.trace.of_kind("stored") if it["subject"] == "order.cancelled"]
    assert [it["data"]["data"]["reason"] for it in cancelled] == ["expired"]
    assert 900 < outcome.virtual_s < 960
    assert outcome.verdict is Verdict.HOLDS


def test_everything_is_healed_after_the_story():
    outcome = run(scenario(nothing, faults=(lost_requests(from_s=5.0),)))
    assert outcome.verdict is Verdict.HOLDS

    async def crashes_what_does_not_come_back(shop, size):
        await one_ticket(shop, size)
        shop.world.crash("orders")
        shop.world.crash("nats")
        await shop.sleep(1)

    outcome = run(scenario(crashes_what_does_not_come_back))
    assert verdicts(outcome)["nothing-stuck"] is Verdict.HOLDS
    assert [it.host for it in outcome.trace.of_kind("crash")] == ["orders", "nats"]
    assert outcome.verdict is Verdict.HOLDS


def test_seed_size_and_faults_are_the_scenarios_own_unless_they_are_given():
    sizes = []

    async def script(shop, size):
        sizes.append(size)
        await one_ticket(shop, size)

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

    def worse(*args, **named):
        calls.append(args)
        raise AssertionError("replaced")

    twin = Twin("worse", "", "nothing-stuck", "services.tickets.domain:release", worse)
    outcome = run(scenario(one_order), bug=twin)
    assert outcome.bug == "worse"
    assert calls
    assert outcome.verdict is Verdict.VIOLATED
    assert run(scenario(one_order)).verdict is Verdict.HOLDS


@mark.parametrize("copies", [0, 2])
def test_what_happened_is_counted(copies):
    outcome = run(scenario(one_ticket, faults=(duplicates(copies=copies, of="ticket.created"),)))
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
    assert (counts["http"], counts["published"]) == (2, 1)
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
        return run(scenario(one_ticket))

    assert asyncio.run(cell()).trace.sha256() == run(scenario(one_ticket)).trace.sha256()


def test_the_stream_is_there_to_be_judged():
    found = []

    async def script(shop, size):
        await one_ticket(shop, size)
        found.append(shop.world.backends.nats.streams[STREAM])

    run(scenario(script))
    assert found

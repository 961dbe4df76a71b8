"""Faults that strike after or before a driver's call, and that say who makes it."""

from pytest import mark, raises

from boxoffice import System, Twin, faults
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.faults.letters import a_day, keep_after_ack, post

ACKS_FIRST = Twin(
    "acks-first",
    "a message is acknowledged after the write",
    "delivered",
    "tests.engine.faults.letters:keep",
    keep_after_ack,
)


def played(*plan, seed=0, bug=None):
    system = post()
    return system.run(system.story()(a_day), seed, bug, plan)


def deaths(outcome):
    """Return what happened last before each crash: its kind, and what it is about."""
    events = outcome.trace.events
    return [
        next(
            (it.kind, it.host, it.get("verb"))
            for it in reversed(events[: crash.number])
            if it.kind not in ("crash", "start")
        )
        for crash in events
        if crash.kind == "crash"
    ]


CRASHES = {
    "after the ack": faults.crashes("postman", after="nats.ack", share=0.3),
    "before the write": faults.crashes("postman", before="mongo.insert_one", share=0.3),
    "after the write": faults.crashes("postman", after="mongo.insert_one", share=0.3),
}


@mark.parametrize("crash", CRASHES.values(), ids=CRASHES)
def test_a_worker_that_writes_and_then_acknowledges_stands_every_crash(crash):
    struck = 0
    for seed in range(20):
        outcome = played(crash, seed=seed)
        assert not outcome.violations, seed
        struck += outcome.faults[0].times
    assert struck >= 20


@mark.parametrize("name", ["after the ack", "before the write"])
def test_a_worker_that_acknowledges_and_then_writes_is_found_on_few_seeds(name):
    found = [
        seed for seed in range(10) if played(CRASHES[name], seed=seed, bug=ACKS_FIRST).violations
    ]
    assert found


@mark.parametrize(
    "pattern",
    ["mongo.insert_one", "papers.insert_one", "delivered.insert_one", "insert_one", "*.insert_*"],
)
def test_a_pattern_has_the_method_and_before_it_kind_server_or_collection(pattern):
    outcome = played(faults.crashes("postman", after=pattern, nth=[1]))
    assert deaths(outcome) == [("write", "papers", "insert_one")]
    assert not outcome.violations
    for fault in (
        faults.slow_calls(of=pattern, nth=[1]),
        faults.lost_requests(of=pattern, nth=[1]),
    ):
        [told] = played(fault).faults
        assert told.times == 1, fault
    same = played(faults.crashes("postman", of=pattern, nth=[1]))
    assert deaths(same) == [("write", "papers", "insert_one")]


def test_before_a_call_nothing_of_it_has_happened():
    outcome = played(faults.crashes("desk", before="mongo.update_one", nth=[1]))
    [death] = deaths(outcome)
    assert death[0] == "request"
    assert not outcome.violations


def test_after_a_message_that_nobody_answers_it_is_on_its_way_and_nothing_else_is():
    outcome = played(faults.crashes("postman", after="nats.ack", nth=[1]), bug=ACKS_FIRST)
    [message] = [it.message for it in outcome.violations]
    assert message.startswith("never delivered: ['l")


def test_whoever_has_sent_a_message_and_died_does_nothing_more():
    system = System("sender")
    went_on = []

    async def sender(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="S", subjects=["s"])
        await jetstream.publish("s", b"")
        round_ = await jetstream.pull_subscribe("s", durable="sender")
        [message] = await round_.fetch(1)
        await message.ack()
        went_on.append(drivers.host)

    system.service("sender", sender, nats="wire")

    @system.story(faults=[faults.crashes("sender", after="nats.ack", nth=[1], down_s=1e6)])
    async def waits(world):
        await world.passes(1)
        assert went_on == []

    outcome = system.run(waits)
    assert outcome.faults[0].times == 1
    assert not outcome.violations


def test_a_host_that_neither_calls_nor_is_called_does_not_crash():
    [told] = played(faults.crashes("desk", after="mongo.insert_one")).faults
    assert told.times == 0
    [told] = played(faults.crashes("desk", after="mongo.insert_one", by="postman", nth=[1])).faults
    assert told.times == 1


def test_a_service_is_told_to_leave_after_a_call_of_its_own():
    outcome = played(faults.departures("desk", after="nats.publish", nth=[1], notice_s=1.0))
    kinds = [it.kind for it in outcome.trace.events]
    assert "leave" in kinds
    assert outcome.faults[0].times == 1


def test_a_server_crashes_after_what_it_is_asked():
    outcome = played(faults.crashes("wire", after="nats.publish", nth=[1], down_s=0.5))
    assert [it.host for it in outcome.trace.of_kind("crash")] == ["wire"]
    assert not outcome.violations


@mark.parametrize("kind", ["wire", "papers"])
def test_the_caller_of_a_server_that_crashes_after_the_call_has_no_answer(kind):
    after = {"wire": "nats.publish", "papers": "mongo.update_one"}[kind]
    outcome = played(faults.crashes(kind, after=after, nth=[1], down_s=0.5))
    raised = [it for it in outcome.trace.of_kind("raised") if it.host == "desk"]
    assert raised or kind == "wire"
    assert not outcome.violations


@mark.parametrize(
    ("by", "callers"),
    [("desk", {"desk"}), ("postman", {"postman"}), ("*", {"desk", "postman"}), ("p*", {"postman"})],
)
def test_a_fault_says_who_calls(by, callers):
    outcome = played(faults.slow_calls(by_s=0.01, of="mongo.*_one", by=by))
    late = list(outcome.trace.of_kind("late"))
    assert {it.host for it in late} == callers
    assert {it["to"] for it in late} == {"papers"}


def test_an_event_has_a_caller_too():
    outcome = played(faults.crashes("desk", on="write", by="postman", nth=[1]))
    assert deaths(outcome) == [("write", "papers", "insert_one")]


def test_who_is_meant_by_a_service_is_each_of_its_replicas():
    system = post()
    system.services["desk"] = system.services["desk"].__class__(
        **{**_fields(system.services["desk"]), "replicas": 2}
    )
    story = system.story()(a_day)
    outcome = system.run(story, faults=[faults.slow_calls(by_s=0.01, of="nats.publish", by="desk")])
    assert {it.host for it in outcome.trace.of_kind("late")} == {"desk", "desk-2"}
    one = system.run(story, faults=[faults.slow_calls(by_s=0.01, of="nats.publish", by="desk-2")])
    assert {it.host for it in one.trace.of_kind("late")} == {"desk-2"}


def _fields(service):
    return {name: getattr(service, name) for name in service.__dataclass_fields__}


def test_a_message_is_struck_by_who_publishes_it():
    outcome = played(faults.duplicates(by="desk"))
    assert outcome.faults[0].times == 6
    [nobody] = played(faults.duplicates(by="postman")).faults
    assert nobody.times == 0


@mark.parametrize(
    ("fault", "said"),
    [
        (faults.crashes("desk", after="mongo.updat_one"), "no 'mongo.updat_one'; did you mean "),
        (
            faults.crashes("desk", after="mongo.frobnicate"),
            "there is no method 'mongo.frobnicate'; ",
        ),
        (
            faults.crashes("desk", after="redis.set"),
            "there is no 'redis.set': no server is a redis",
        ),
        (faults.crashes("desk", before="papers.blah"), "there is no method 'papers.blah'"),
        (faults.crashes("desk", after="leters.update_one"), "did you mean 'letters.update_one'?"),
        (faults.lost_requests(of="nats.publsh"), "did you mean 'nats.publish'?"),
        (faults.lost_requests(by="dask"), "no caller 'dask'; did you mean 'desk'?"),
        (faults.crashes("postman", of="mongo.insrt_one"), "did you mean 'mongo.insert_one'?"),
        (faults.duplicates(by="postmen"), "no caller 'postmen'; did you mean 'postman'?"),
    ],
)
def test_a_pattern_that_can_match_nothing_is_one_line_with_the_nearest_name(fault, said):
    with raises(NoSuchTarget) as told:
        played(fault)
    assert said in str(told.value)
    assert "\n" not in str(told.value)


@mark.parametrize(
    "wrong",
    [
        {"after": "nats.ack", "before": "nats.ack"},
        {"after": "nats.ack", "on": "write"},
        {"before": "nats.ack", "of": "publish"},
    ],
)
def test_a_moment_is_said_once(wrong):
    with raises(ValueError, match="one of on, after and before"):
        faults.crashes("desk", **wrong)
    with raises(ValueError, match="one of on, after and before"):
        faults.departures("desk", **wrong)


def test_a_fault_of_a_call_says_what_it_was():
    crash = faults.crashes("desk", after="mongo.update_one", by="desk", share=0.3)
    assert repr(crash) == "faults.crashes('desk', after='mongo.update_one', by='desk', share=0.3)"
    assert str(crash) == "crashes('desk', after='mongo.update_one', share=0.3, by='desk')"


@mark.parametrize(
    "call",
    ["redis.set", "redis.delete", "redis.incr", "redis.pipeline", "shelf.get", "nats.fetch"],
)
@mark.parametrize("moment", ["after", "before"])
def test_each_driver_has_its_calls_by_the_names_of_their_methods(call, moment):
    system = System("shelf")

    async def clerk(drivers):
        jetstream, redis = drivers.nats.jetstream(), drivers.redis
        await jetstream.add_stream(name="S", subjects=["s"])
        await jetstream.publish("s", b"")
        round_ = await jetstream.pull_subscribe("s", durable="clerk")
        while True:
            for message in await round_.fetch(1, timeout=60):
                await redis.set("a", "1")
                await redis.incr("b")
                await redis.get("a")
                async with redis.pipeline() as several:
                    await several.set("c", "1").get("c").execute()
                await redis.delete("a")
                await message.ack()

    system.service("clerk", clerk, nats="wire", redis="shelf")

    @system.story(faults=[faults.crashes("clerk", **{moment: call}, nth=[1], down_s=1.0)])
    async def waits(world):
        await world.passes(50)

    outcome = system.run(waits)
    assert outcome.faults[0].times == 1
    assert [it.host for it in outcome.trace.of_kind("crash")] == ["clerk"]
    assert not [it for it in outcome.violations if it.invariant == "story"]


@mark.parametrize("moment", ["after", "before"])
def test_a_service_that_dies_while_it_comes_up_for_the_first_time_comes_back(moment):
    outcome = played(faults.crashes("desk", **{moment: "nats.stream.create"}, nth=[1]))
    lives = [it.kind for it in outcome.trace.of_kind("crash", "start") if it.host == "desk"]
    assert lives == ["crash", "start"]
    assert not outcome.violations

"""The trace of one letter, through every layer."""

from types import SimpleNamespace

from pytest import fixture
from structlog.contextvars import bound_contextvars

from boxoffice.net.host import Life, current_life
from boxoffice.servers.jetstream.pull import Delivery
from boxoffice.trace.trace import Trace
from boxoffice.world.recorder import Recorder
from tests.engine.causes import causes_of
from tests.engine.toys.post import play, posted


@fixture(scope="module")
def trace():
    async def script(world):
        await posted(world)
        await world.passes(5)
        return world.trace

    return play(script)


def test_what_a_message_leads_to_goes_back_to_the_request_behind_it(trace):
    [carried] = [it for it in trace.of_kind("write") if it["collection"] == "carried"]
    assert causes_of(trace, carried) == [
        ("carrier-db", "write"),
        ("nats", "delivered"),
        ("nats", "stored"),
        ("counter-db", "write"),
        ("Ann", "request"),
    ]


def test_a_decision_goes_back_to_the_delivery_it_was_about(trace):
    [decided] = trace.of_kind("decided")
    delivered = trace.events[decided.cause]
    assert delivered.kind == "delivered"
    assert (delivered["consumer"], delivered["seq"]) == (decided.host, decided["seq"])


def handed(stream, attempt):
    number = stream.observe("delivered", consumer="courier", seq=7, attempt=attempt)
    return Delivery(SimpleNamespace(seq=7), "WORK", "courier", attempt, 1, 0, number)


def test_what_an_attempt_does_goes_back_to_that_attempt_and_not_to_a_later_one():
    told, stream, store = Trace(lambda: 0.0), SimpleNamespace(), SimpleNamespace()
    recorder, life = Recorder(told, {}), Life(SimpleNamespace(name="courier"))
    recorder.listen_to_stream("nats", stream)
    recorder.listen_to_store("courier-db", store)
    outside = current_life.set(life)
    try:
        for attempt in (1, 2):
            stream.received(handed(stream, attempt))
        for attempt in (1, 2):
            with bound_contextvars(delivery=7, attempt=attempt):
                store.observe("write", db="courier", before=None, after={})
                recorder.log_of(life).info("decided", decision="apply")
    finally:
        current_life.reset(outside)
    assert [(it.kind, it.cause) for it in told.events[2:]] == [
        ("write", 0),
        ("decided", 0),
        ("write", 1),
        ("decided", 1),
    ]
    assert [it["attempt"] for it in told.of_kind("decided")] == [1, 2]


def test_what_a_host_does_goes_back_to_what_reached_it_and_not_to_what_another_one_got():
    """A consumer that is made anew hands out a message for the first time once more."""
    told, stream = Trace(lambda: 0.0), SimpleNamespace()
    recorder = Recorder(told, {})
    recorder.listen_to_stream("nats", stream)
    lives = [Life(SimpleNamespace(name=name)) for name in ("courier", "courier-2")]
    for life in lives:
        outside = current_life.set(life)
        stream.received(handed(stream, 1))
        current_life.reset(outside)
    with bound_contextvars(delivery=7, attempt=1):
        for life in lives:
            recorder.log_of(life).info("decided", decision="apply")
    assert [(it.host, it.cause) for it in told.of_kind("decided")] == [
        ("courier", 0),
        ("courier-2", 1),
    ]


def test_every_cause_is_earlier_than_its_effect(trace):
    for event in trace.events:
        assert event.cause is None or event.cause < event.number
        if event.cause is not None:
            assert trace.events[event.cause].at_us <= event.at_us


def test_a_stored_message_names_its_id_its_speaker_and_what_it_says(trace):
    [stored] = trace.of_kind("stored")
    assert stored["by"] == "counter"
    assert stored["data"]["id"] == stored["id"]
    assert stored["data"]["type"] == "letter.posted"


def test_a_field_that_is_secret_is_in_no_write(trace):
    letters = [it for it in trace.of_kind("write") if it["collection"] == "letters"]
    assert {it["after"]["seal"] for it in letters} == {"…"}
    assert not [it for it in trace.of_kind("write") if "of wax" in it.as_json()]


def test_every_event_can_be_written_as_json(trace):
    assert all(event.as_json() for event in trace.events)

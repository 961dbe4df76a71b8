"""One trace from a request through documents and messages to what came of it."""

from random import Random

from pytest import fixture, mark

from boxoffice.clock.clock import HostClock, HostIds
from services.common import tracing
from services.common.messaging import STREAM

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
GIVEN = f"00-{TRACE}-{SPAN}-01"


@fixture
def ids() -> HostIds:
    return HostIds(HostClock(lambda: 0.0), Random(0))


def test_a_trace_is_continued_in_a_span_of_its_own(ids):
    tracing.follow(GIVEN, ids)
    version, trace, span, flags = tracing.current().split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert span != SPAN


@mark.parametrize(
    "traceparent",
    [
        None,
        "",
        "nonsense",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"{GIVEN}\n",
    ],
)
def test_what_is_no_traceparent_begins_a_trace(traceparent, ids):
    tracing.follow(traceparent, ids)
    first = tracing.current().split("-")[1]
    tracing.follow(traceparent, ids)
    assert len(first) == 32
    assert TRACE not in (first, tracing.current().split("-")[1])
    assert first != tracing.current().split("-")[1]


def test_a_stranger_neither_lends_us_a_trace_nor_switches_ours_off(ids):
    for sampled in ("00", "01"):
        tracing.begin(f"00-{TRACE}-{SPAN}-{sampled}", ids)
        assert tracing.current().split("-")[1] != TRACE
        assert tracing.current().endswith("-01")
        assert tracing.at_hand().parent == ""
        assert tracing.at_hand().beside == f"00-{TRACE}-{SPAN}-{sampled}"
    tracing.begin("nonsense", ids)
    assert tracing.at_hand().beside == ""


def test_a_request_and_everything_that_follows_from_it_share_a_trace_that_is_told(play):
    async def script(shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        await shop.sleep(1)
        answer = await ana.client.post(
            "/api/orders", json={"ticketId": ticket["id"]}, headers={"traceparent": GIVEN}
        )
        await shop.sleep(1)
        messages = list(shop.world.backends.nats.stream(STREAM).since(1))
        trace = answer.headers["traceresponse"].split("-")[1]
        return trace, [(it.subject, it.headers["traceparent"]) for it in messages]

    trace, found = play(script)
    assert [subject for subject, _ in found] == [
        "ticket.created",
        "order.created",
        "ticket.updated",
        "order.awaiting-payment",
        "ticket.updated",
    ]
    spans = [traceparent.split("-")[2] for _, traceparent in found[1:]]
    assert {traceparent.split("-")[1] for _, traceparent in found[1:]} == {trace}
    assert TRACE not in {traceparent.split("-")[1] for _, traceparent in found}
    assert found[0][1].split("-")[1] != trace
    assert len(set(spans)) == len(spans)


def test_what_is_not_recorded_upstream_is_not_recorded_here(ids):
    for given, kept in (("00", "00"), ("01", "01"), ("03", "01")):
        tracing.follow(f"00-{TRACE}-{SPAN}-{given}", ids)
        assert tracing.current().endswith(f"-{kept}")


def test_work_that_began_a_trace_may_join_another_and_keeps_its_span(ids):
    tracing.follow(None, ids)
    span = tracing.current().split("-")[2]
    tracing.join(GIVEN)
    assert tracing.current() == f"00-{TRACE}-{span}-01"
    assert tracing.at_hand().parent == GIVEN


@mark.parametrize("traceparent", ["", "nonsense"])
def test_work_stays_in_its_trace_where_there_is_none_to_join(traceparent, ids):
    tracing.follow(None, ids)
    before = tracing.current()
    tracing.join(traceparent)
    assert tracing.current() == before


def test_work_that_was_given_a_trace_stays_in_it(ids):
    tracing.follow(GIVEN, ids)
    before = tracing.current()
    tracing.join(f"00-{'a' * 32}-{'b' * 16}-01")
    assert tracing.current() == before


def test_what_was_resumed_or_followed_is_over_afterwards(ids):
    tracing.follow(None, ids)
    before = tracing.current()
    with tracing.resumed(GIVEN):
        assert tracing.current() == GIVEN
    with tracing.resumed(""):
        assert tracing.current() == ""
    with tracing.followed(GIVEN, ids):
        assert tracing.at_hand().parent == GIVEN
    assert tracing.current() == before

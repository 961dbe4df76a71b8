"""Spans as OpenTelemetry gets them: which, of what, and what went wrong in them."""

from random import Random

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest import fixture, mark, raises

from boxoffice.clock.clock import EPOCH, HostClock, HostIds
from services.common import tracing
from services.common.events import TicketCreated
from services.common.messaging import PARK_AFTER
from services.common.otel import Recorded
from services.common.spans import Kind
from tests.services.common.bench import Bench, created, run_for, told
from tests.services.common.collected import Collected, trace_id

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SECRET = "s3cret"


@fixture
def ids() -> HostIds:
    return HostIds(HostClock(lambda: 0.0), Random(0))


@fixture
def collected(monkeypatch) -> Collected:
    found = Collected()
    found.patch(monkeypatch)
    return found


def described():
    return "some work", {"kind.of": "work"}


def of_work(ids, moments=(0.0, 0.0), traceparent=None):
    """Return the spans of one piece of work that begins and ends at these moments."""
    kept, times = InMemorySpanExporter(), iter(moments)
    clock = HostClock(lambda: next(times))
    recorded = Recorded("orders", SimpleSpanProcessor(kept), clock, ids)
    tracing.follow(traceparent, ids)
    with recorded.work(Kind.SERVER, described):
        tracing.note({"noted": 1})
    return kept.get_finished_spans()


def test_a_span_has_the_ids_that_its_work_had_and_the_time_it_took(ids):
    (span,) = of_work(ids, moments=(1.0, 2.5), traceparent=f"00-{TRACE}-{SPAN}-01")
    _, trace, own, _ = tracing.current().split("-")
    assert (f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}") == (trace, own)
    assert (trace, f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert span.start_time == int(EPOCH.timestamp() + 1) * 1_000_000_000
    assert span.end_time - span.start_time == 1_500_000_000
    assert dict(span.attributes) == {"kind.of": "work", "noted": 1}


def test_work_that_fails_says_with_what(ids):
    kept = InMemorySpanExporter()
    recorded = Recorded("orders", SimpleSpanProcessor(kept), HostClock(lambda: 0.0), ids)
    tracing.follow(None, ids)
    with raises(KeyError), recorded.work(Kind.SERVER, described):
        raise KeyError("what")
    (span,) = kept.get_finished_spans()
    assert span.attributes["error.type"] == "KeyError"
    assert not span.status.is_ok


def test_what_the_environment_says_of_the_process_comes_first(monkeypatch, ids):
    (span,) = of_work(ids)
    assert span.resource.attributes["service.name"] == "orders"
    monkeypatch.setenv("OTEL_SERVICE_NAME", "orders-blue")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.namespace=shop")
    (span,) = of_work(ids)
    assert span.resource.attributes["service.name"] == "orders-blue"
    assert span.resource.attributes["service.namespace"] == "shop"


def test_a_trace_that_is_not_sampled_is_not_recorded_anywhere_further_on(monkeypatch, ids):
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    kept, dropped = 0, 0
    for _ in range(64):
        spans = of_work(ids)
        flags = tracing.current()[-2:]
        assert flags == ("01" if spans else "00")
        assert len(of_work(ids, traceparent=tracing.current())) == len(spans)
        kept, dropped = kept + bool(spans), dropped + (not spans)
    assert kept
    assert dropped


def test_a_request_that_nobody_upstream_records_is_not_recorded_here(ids):
    assert of_work(ids, traceparent=f"00-{TRACE}-{SPAN}-00") == ()


def test_a_span_of_a_request_tells_its_route_and_nothing_of_its_body_or_query(play, collected):
    async def script(shop):
        ana = await shop.person("ana")
        path = f"/api/orders/{'0' * 24}"
        await ana.client.get(f"{path}?token={SECRET}", headers={"Authorization": SECRET})
        await ana.client.post("/api/payments", json={"token": SECRET, "orderId": "0" * 24})
        await ana.client.request("BREW", "/api/orders")

    play(script)
    names = [span.name for span in collected.spans]
    assert names[1:] == ["GET /api/orders/{id}", "POST /api/payments", "HTTP /api/orders"]
    asked = dict(collected.spans[1].attributes)
    assert asked == {
        "http.request.method": "GET",
        "http.route": "/api/orders/{id}",
        "http.response.status_code": 404,
        "url.path": f"/api/orders/{'0' * 24}",
        "url.scheme": "https",
        "boxoffice.order.id": "0" * 24,
    }
    assert not any(SECRET in span.to_json() for span in collected.spans)


@mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
def test_what_an_operators_tools_ask_is_no_span(path, play, collected):
    async def script(shop):
        async with shop.within("orders") as pod:
            assert (await pod.get(path)).status_code == 200

    play(script)
    assert collected.spans == []


def test_a_request_that_meets_a_mistake_of_ours_is_marked(play, collected, monkeypatch):
    async def broken(*_):
        raise ZeroDivisionError

    async def script(shop):
        ana = await shop.person("ana")
        monkeypatch.setattr("services.orders.use_cases.OrdersForPeople.of", broken)
        answer = await ana.client.get("/api/orders")
        assert answer.status_code == 500

    play(script, may_fail=True)
    span = collected.spans[-1]
    assert span.attributes["http.response.status_code"] == 500
    assert span.attributes["error.type"] == "ZeroDivisionError"
    assert not span.status.is_ok


def test_a_message_that_keeps_failing_is_a_failed_span_each_time():
    async def story(bench: Bench):
        found = Collected()
        bench.telemetry.spans = found.of("orders", bench.clock)

        async def fails(_):
            raise ValueError("no good")

        consumer = bench.consumer({TicketCreated: fails})
        await bench.publish(created("t"), traceparent=f"00-{TRACE}-{SPAN}-01")
        await run_for(consumer.run(), 60)
        return found.spans

    spans = told(story)
    assert len(spans) > PARK_AFTER
    assert {span.attributes["error.type"] for span in spans} == {"ValueError"}
    assert {f"{trace_id(span):032x}" for span in spans} == {TRACE}
    assert not any(span.status.is_ok for span in spans)

"""Spans over real wires: NATS between the services, OTLP to a collector."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from pytest import fixture, mark, skip

from boxoffice.real.broker import executable
from boxoffice.real.errors import CannotOpen
from boxoffice.real.pace import PacedLoop
from boxoffice.real.process import running
from scenarios.shop.local import SERVERS, local_shop
from scenarios.shop.real.drivers import MachineDrivers
from services.common.ids import SystemIds
from services.common.otel import exported
from tests.integration.operated import SECRET, eventually, operated
from tests.integration.test_on_servers import ORDER, Stream, order_created
from tests.real.servers import nats_process, redis_process
from tests.services.common.collector import Collector, Span, collector

pytestmark = mark.real

TRACE, BROWSER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
ALL_FIVE = {"auth", "tickets", "orders", "payments", "expiration"}
WITHIN_S = 30.0


@fixture
def collected(monkeypatch: Any) -> Any:
    """Have all that a shop on this machine does sent to a collector, and give the collector."""
    try:
        executable()
    except CannotOpen:
        skip("real: no nats-server")
    for name in SERVERS:  # or it would be the developer's own that the shop writes to
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    drivers_of = MachineDrivers.of
    with collector() as found:

        async def of(self: MachineDrivers, service: str, stack: AsyncExitStack) -> Any:
            drivers = await drivers_of(self, service, stack)
            spans = exported(service, f"{found.url}/v1/traces", drivers.clock, SystemIds())
            stack.push_async_callback(spans.close)
            return replace(drivers, spans=spans)

        monkeypatch.setattr(MachineDrivers, "of", of)
        yield found


async def asked(client: httpx.AsyncClient, status: int, path: str, **body: Any) -> Any:
    """Post until the answer has this status; what was just announced is not yet known to all."""
    async with asyncio.timeout(WITHIN_S):
        while (answer := await client.post(path, json=body)).status_code != status:
            assert answer.status_code == 404, answer.text
            await asyncio.sleep(0.05)
    return answer.json()


async def purchase(found: Collector, **headers: str) -> list[Span]:
    """Buy a ticket over HTTP; return all spans of the trace that completed the order."""
    person = {"email": "ana@example.com", "password": "correct horse"}
    async with (
        local_shop(0, 1.0, None, False) as shop,
        httpx.AsyncClient(base_url=shop.url, headers=headers) as ana,
    ):
        await asked(ana, 201, "/api/users/signup", **person)
        ticket = await asked(ana, 201, "/api/tickets", title="Front row", price=45)
        order = await asked(ana, 201, "/api/orders", ticketId=ticket["id"])
        await asked(ana, 201, "/api/payments", token="tok_visa", orderId=order["id"])
        async with asyncio.timeout(WITHIN_S):
            while last_is_missing(found):  # noqa: ASYNC110  the collector is in another thread
                await asyncio.sleep(0.05)
    # The shop is closed, so each of its services has sent all that it had.
    (trace,) = {span.trace for span in found.spans if span.name == "publish order.completed"}
    return [span for span in found.spans if span.trace == trace]


def last_is_missing(found: Collector) -> bool:
    handled = {span.service for span in found.spans if span.name == "process order.completed"}
    return handled != {"tickets", "payments", "expiration"}


def bought(found: Collector, **headers: str) -> list[Span]:
    with asyncio.Runner(loop_factory=lambda: PacedLoop(1.0)) as runner:
        return runner.run(purchase(found, **headers))


@mark.parametrize("headers", [{}, {"traceparent": f"00-{TRACE}-{BROWSER}-00"}])
def test_a_purchase_is_one_trace_of_ours_with_one_root_whatever_a_browser_sends(collected, headers):
    spans = bought(collected, **headers)
    assert TRACE not in {span.trace for span in collected.spans}
    (root,) = [span for span in spans if not span.parent]
    assert (root.service, root.name) == ("orders", "POST /api/orders")
    assert {span.parent for span in spans if span is not root} <= {span.id for span in spans}
    assert {"POST /api/payments", "publish payment.created"} <= {span.name for span in spans}
    assert {span.service for span in spans} == ALL_FIVE - {"auth"}


def test_a_process_that_is_told_to_end_sends_its_last_spans(tmp_path: Path):
    with (
        running(nats_process(tmp_path)) as broker,
        running(redis_process(tmp_path)) as timers,
        collector() as found,
    ):
        environment = {
            "NATS_URL": f"nats://{broker.address}",
            "REDIS_URL": f"redis://{timers.address}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": found.url,
            "OTEL_BSP_SCHEDULE_DELAY": "3600000",  # nothing is sent before the end
        }
        with operated("expiration", tmp_path / "log", **environment) as it:
            eventually(it.is_ready)
            asyncio.run(Stream(broker).publish(order_created(ORDER, expires_in_s=900.0)))
            (line,) = eventually(lambda: it.said("decided"))
            early, status = list(found.spans), it.leaves()
            text = it.text()
    assert (early, status) == ([], 0)
    (span,) = found.spans
    assert (span.service, span.name) == ("expiration", "process order.created")
    assert span.trace == line["trace"]
    assert '"level": "error"' not in text


def test_a_collector_that_hangs_is_left_behind_in_time(tmp_path: Path):
    with (
        running(nats_process(tmp_path)) as broker,
        running(redis_process(tmp_path)) as timers,
        collector(hangs=True) as found,
    ):
        environment = {
            "NATS_URL": f"nats://{broker.address}",
            "REDIS_URL": f"redis://{timers.address}",
            "OTEL_EXPORTER_OTLP_ENDPOINT": found.url,
            "OTEL_EXPORTER_OTLP_HEADERS": SECRET,  # no header: it wants a name and "="
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
        with operated("expiration", tmp_path / "log", **environment) as it:
            eventually(it.is_ready)
            asyncio.run(Stream(broker).publish(order_created(ORDER, expires_in_s=900.0)))
            eventually(found.asked.is_set)
            assert it.is_ready()
            assert it.leaves() == 0
            assert it.said("ended")
            assert SECRET not in it.text()

"""Spans are sent where the environment says, and a collector that fails harms nobody."""

import asyncio
import logging
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import structlog
from pytest import mark, raises

from boxoffice.real.process import free_port
from services.common import tracing
from services.common.connect import Connections, connections
from services.common.ids import SystemIds
from services.common.run import CLOSING_S
from services.common.settings import BadSetting, read
from services.common.spans import UNRECORDED, Kind
from tests.services.common.collector import PATIENCE_S, collector

ROOT = Path(__file__).parents[3]
NEEDED = {"NATS_URL": "nats://127.0.0.1:9", "REDIS_URL": "redis://127.0.0.1:9"}
LOG = structlog.wrap_logger(structlog.ReturnLogger())
SECRET = "s3cret"


def made(**environment: str) -> Connections:
    return connections("expiration", read("expiration", NEEDED | environment), LOG)


def one_span(given: Connections, within_s: float = 20.0) -> bool:
    """Record one span and close; return whether closing was done in time."""

    async def story() -> bool:
        tracing.follow(None, SystemIds())
        with given.drivers.spans.work(Kind.SERVER, lambda: ("some work", {})):
            pass
        return await closed(given, within_s)

    return asyncio.run(story())


async def closed(given: Connections, within_s: float) -> bool:
    in_time = True
    for close in given.close:
        try:
            async with asyncio.timeout(within_s):
                with suppress(AssertionError):  # nats-py, when it never was connected
                    await close()
        except TimeoutError:
            in_time = False
    return in_time


def unwanted(given: Connections) -> bool:
    asyncio.run(closed(given, 20.0))
    return given.drivers.spans is UNRECORDED


def test_nothing_is_recorded_where_nothing_is_said():
    assert unwanted(made())


@mark.parametrize(
    ("name", "value"), [("OTEL_TRACES_EXPORTER", "none"), ("OTEL_SDK_DISABLED", "true")]
)
def test_it_can_be_switched_off_though_there_is_a_collector(name, value):
    assert unwanted(made(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9", **{name: value}))


@mark.parametrize(
    ("name", "path", "arrives"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "/", "/v1/traces"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "", "/v1/traces"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "/otlp", "/otlp/v1/traces"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/as/it/stands", "/as/it/stands"),
    ],
)
def test_what_is_left_at_the_end_is_sent_where_the_environment_says(name, path, arrives):
    with collector() as found:
        assert one_span(made(**{name: f"{found.url}{path}"}))
        assert found.paths == {arrives}
        assert [(span.service, span.name) for span in found.spans] == [("expiration", "some work")]


def test_a_collector_that_hangs_keeps_nobody_from_leaving(monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "3600")
    with collector(hangs=True) as found:
        assert not one_span(made(OTEL_EXPORTER_OTLP_ENDPOINT=found.url), within_s=CLOSING_S)
        assert found.asked.wait(PATIENCE_S)
        assert found.paths == set()  # it hangs still, and we are here


def test_a_collector_that_is_away_is_one_line_and_no_failure(caplog, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)
    away = f"http://ana:{SECRET}@127.0.0.1:{free_port()}"
    assert one_span(made(OTEL_EXPORTER_OTLP_ENDPOINT=away, OTEL_TRACES_EXPORTER="otlp"))
    (line,) = [record for record in caplog.records if record.name.startswith("opentelemetry")]
    assert "Failed to export spans batch" in line.message
    assert SECRET not in caplog.text


@mark.parametrize(
    ("name", "value"),
    [
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", f"collector:{SECRET}"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"grpc://{SECRET}"),
        ("OTEL_SDK_DISABLED", "perhaps"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named_and_not_shown(name, value):
    with raises(BadSetting, match=f"^{name} is bad") as said:
        made(**{name: value})
    assert SECRET not in str(said.value)


def test_what_opentelemetry_itself_refuses_is_one_line(monkeypatch):
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "0")
    with raises(BadSetting, match=r"^one of OTEL_BSP_\* .* is bad"):
        made(OTEL_TRACES_EXPORTER="otlp")


def test_a_collector_without_the_extra_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "services.common.otel", None)
    with raises(
        BadSetting, match=r"^OTEL_.* is not installed: pip install 'boxoffice-shop\[otel\]'$"
    ):
        made(OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")


def test_nobody_imports_the_exporter_who_was_not_told_to():
    found = "[name for name in sys.modules if name.startswith('opentelemetry.exporter')]"
    code = f"import sys, services.__main__, scenarios.shop.world; print({found})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"

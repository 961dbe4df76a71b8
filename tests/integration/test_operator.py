"""What an operator meets at the command line, and while every server is away."""

import signal
import socket

import pytest

from services import __main__ as command_line
from tests.integration.operated import (
    AWAY,
    ENVIRONMENT,
    SECRET,
    TO_LEAVE_S,
    eventually,
    operated,
)
from tests.real.tiers import sampled

SERVICES = ("auth", "tickets", "orders", "payments", "expiration")
ORDER = "65f0c0ffee0123456789abcd"


@pytest.fixture
def told(monkeypatch, capsys):
    """Say something to the command line; return the exit status and what it printed."""

    def tell(*words: str, **given: str) -> tuple[int, str, str]:
        for name, value in (ENVIRONMENT | given).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(command_line, "start_logs", lambda service: None)
        try:
            status = command_line.main(words)
        except SystemExit as left:  # argparse's way
            status = left.code
        return (status, *capsys.readouterr())

    return tell


def misuse(answer: tuple[int, str, str]) -> str:
    """Return the one line that says what was wrong."""
    status, out, err = answer
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert SECRET not in line
    return line


def test_help_names_every_service_and_what_it_needs(told):
    status, out, _ = told("--help")
    assert status == 0
    for word in (*SERVICES, *ENVIRONMENT, "--host", "--port"):
        assert word in out


def test_a_name_that_no_service_has_is_refused_in_one_line(told):
    assert "'ordres'" in misuse(told("ordres"))


@pytest.mark.parametrize(
    ("service", "name", "value"),
    [
        ("auth", "SALT_FACTORY", SECRET),
        ("auth", "SMTP_URL", f"http://ana:{SECRET}@{AWAY}"),
        ("orders", "MONGO_URL", ""),
        ("orders", "MONGO_URL", f"postgres://ana:{SECRET}@{AWAY}"),
        ("orders", "NATS_URL", f"nats://ana:{SECRET}@127.0.0.1:port"),
        ("payments", "STRIPE_API_BASE", SECRET),
        ("expiration", "REDIS_URL", f"http://ana:{SECRET}@{AWAY}"),
    ],
)
def test_a_setting_that_is_missing_or_bad_is_named_in_one_line_and_not_shown(
    told, service, name, value
):
    assert misuse(told(service, **{name: value})).startswith(f"{name} is ")


def test_a_port_that_is_taken_is_said_in_one_line(told):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = misuse(told("orders", "--host", "127.0.0.1", "--port", str(port)))
    assert line.startswith(f"cannot listen on 127.0.0.1 port {port}: ")


@pytest.mark.parametrize("service", sampled(["orders", "expiration"], every=2))
def test_a_service_whose_servers_are_away_lives_is_not_ready_and_leaves_when_told(
    service, tmp_path
):
    with operated(service, tmp_path / "log") as it:
        alive, reason = it.get("/livez").status_code, it.reason()
        early = it.get(f"/api/orders/{ORDER}").status_code
        told = it.client.get("/livez").headers["traceresponse"].split("-")[1]
        with socket.create_connection(("127.0.0.1", it.client.base_url.port), 10) as stranger:
            stranger.sendall(b"nonsense\r\n\r\n")
            confused = stranger.makefile("rb").read()
        counted = it.get("/metrics").text
        it.process.send_signal(signal.SIGTERM)
        eventually(lambda: it.said("draining"))
        leaving = it.reason()
        status = it.process.wait(TO_LEAVE_S)
        said, text = it.said(), it.text()
    assert confused.startswith(b"HTTP/1.1 400 ")
    assert confused.endswith(b'{"errors":[{"message":"This is not a valid HTTP request"}]}')
    assert (alive, reason, early) == (200, "Not ready: starting", 503)
    assert (leaving, status) == ("Not ready: draining", 0)
    assert 'boxoffice_requests_total{method="GET",status="503"} 1.0' in counted
    (line,) = [line for line in said if line.get("order") == ORDER]
    assert (line["event"], line["status"]) == ("answered", 503)
    (line,) = [line for line in said if line.get("trace") == told]
    assert (line["path"], line["status"]) == ("/livez", 200)
    assert [line["event"] for line in said][-1] == "ended"
    assert {line["service"] for line in said} == {service}
    assert SECRET not in text


def test_a_process_says_what_it_uses_and_what_it_was_built_from(tmp_path):
    with operated("auth", tmp_path / "auth.log") as it:
        page = it.get("/metrics").text
    for said in ("process_resident_memory_bytes ", "process_open_fds ", "boxoffice_build_info{"):
        assert f"\n{said}" in page


def test_a_second_signal_ends_a_service_at_once(tmp_path):
    with operated("expiration", tmp_path / "log") as it:
        it.process.send_signal(signal.SIGTERM)
        eventually(lambda: it.said("draining"))
        assert it.leaves(signal.SIGINT) == 128 + signal.SIGINT
        assert it.said("ended") == []

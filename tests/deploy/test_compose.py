"""What compose.yaml says, read without an engine."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from pytest import mark

from tests.deploy.composition import FILE, PORT, VARIABLE, Document, document, faults
from tests.house import tree

Break = Callable[[Document], object]


def service(name: str, **changes: Any) -> Break:
    """Change a service; None takes a key away."""

    def change(found: Document) -> None:
        found["services"][name].update(changes)
        for key in [key for key, value in changes.items() if value is None]:
            del found["services"][name][key]

    return change


def variable(name: str, key: str, value: str | None) -> Break:
    """Change a variable of a service's environment; None takes it away."""

    def change(found: Document) -> None:
        environment = found["services"][name]["environment"]
        environment[key] = value
        if value is None:
            del environment[key]

    return change


def config(name: str, before: str, after: str) -> Break:
    """Change a configuration that is written in place."""

    def change(found: Document) -> None:
        config = found["configs"][name]
        assert before in config["content"]
        config["content"] = config["content"].replace(before, after, 1)

    return change


def test_nothing_is_wrong_with_the_composition() -> None:
    assert list(faults(document())) == []


@mark.parametrize(
    ("change", "fault"),
    [
        (lambda found: found["services"].pop("redis"), "redis: missing"),
        (lambda found: found["volumes"].pop("streams"), "nats: does not keep /data"),
        (service("mongo", image="mongo:latest"), "mongo: image mongo:latest is not pinned"),
        (service("nats", image="nats"), "nats: image nats is not pinned"),
        (service("mongo", security_opt=None), "mongo: may gain privileges"),
        (service("gateway", read_only=True), "gateway: Compose cannot write a config"),
        (service("gateway", ports=["8000:8000"]), "gateway: port 8000:8000 is open"),
        (service("nats", healthcheck=None), "orders: waits for the health of nats"),
        (service("redis", volumes=None), "redis: does not keep /data"),
        (service("mongo", volumes=["documents:/data"]), "mongo: does not keep /data/db"),
        (service("orders", command=["tickets"]), "orders: the command is"),
        (service("auth", image="boxoffice:0.0.1"), "auth: image boxoffice:0.0.1"),
        (service("auth", pull_policy="always"), "auth: image boxoffice"),
        (service("auth", build=None), "the image is built 0 times"),
        (service("orders", build="."), "the image is built 2 times"),
        (service("tickets", read_only=False), "tickets: is open wider"),
        (service("tickets", cap_drop=None), "tickets: is open wider"),
        (service("tickets", ports=["127.0.0.1:1:3000"]), "tickets: is open wider"),
        (service("payments", init=None), "payments: is process 1"),
        (service("payments", stop_grace_period=None), "payments: is killed before"),
        (service("payments", stop_grace_period="28s"), "payments: is killed before"),
        (service("expiration", healthcheck=None), "expiration: is not asked"),
        (service("orders", depends_on={}), "orders: reaches for nats"),
        (variable("auth", "SMTP_URL", None), "auth: SMTP_URL is missing"),
        (variable("auth", "SALT_FACTORY", "99"), "auth: SALT_FACTORY is bad"),
        (variable("tickets", "NATS_URLS", "nats://nats"), "tickets: NATS_URLS is no setting"),
        (variable("orders", "JWT_KEY", "k" * 32), "orders: the value of JWT_KEY is written"),
        (variable("orders", "JWT_KEY", "${JWT_KEY:-" + "k" * 32 + "}"), "orders: everybody"),
        (config("routes", "orders:3000", "tickets:3000"), "gateway: routes"),
        (config("routes", "/api/payments*", "/api/payment*"), "gateway: routes"),
        (config("routes", "auth:3000", "auth:80"), "gateway: the services listen on 3000"),
        (service("gateway", depends_on={}), "gateway: opens before"),
        (variable("orders", "MONGO_URL", "mongodb://mongo:27017"), "orders: MongoDB may"),
        (config("broker", "sync_interval", "# sync_interval"), "nats: JetStream may"),
        (service("redis", command=["redis-server"]), "redis: may lose a timer"),
    ],
)
def test_a_composition_that_is_wrong_is_noticed(change: Break, fault: str) -> None:
    broken = document()
    change(broken)
    assert any(each.startswith(fault) for each in faults(broken))


def test_the_page_names_every_variable_that_can_be_set() -> None:
    page = (tree.ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    told = set(re.findall(r"[A-Z]\w+", page.partition("## With containers")[2]))
    variables = {name for name, _, _ in VARIABLE.findall(FILE.read_text(encoding="utf-8"))}
    assert variables
    assert variables - told == set()


@mark.parametrize(("status", "exit_status"), [(200, 0), (503, 1)])
def test_the_probe_fails_while_a_service_is_not_ready(status: int, exit_status: int) -> None:
    command, program, flag, code = document()["services"]["orders"]["healthcheck"]["test"]
    assert (command, program, flag) == ("CMD", "python", "-c")
    with answering(status) as port:
        asked = [sys.executable, "-I", "-c", code.replace(f":{PORT}/", f":{port}/")]
        assert subprocess.run(asked, capture_output=True, timeout=60).returncode == exit_status


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Answer whatever is asked with one status; give the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the test is what speaks."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()

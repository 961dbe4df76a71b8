"""`boxoffice up` as a user meets it: a process, its output, its port, and nothing after it."""

import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from pytest import fixture, mark, skip

from boxoffice.real.process import Process, running
from tests.integration.opened import PATIENCE_S, Up, eventually, up
from tests.real import servers
from tests.real.tiers import sampled, unhurried

pytestmark = mark.real

mongo_server, mongo_url = servers.mongo_server, servers.mongo_url
redis_server = servers.redis_server


@fixture(autouse=True)
def needs(broker_installed: None) -> None:
    if shutil.which("curl") is None:
        skip("real: no curl")


def shell(*lines: str) -> str:
    done = subprocess.run(
        ["sh", "-c", "\n".join(lines)], capture_output=True, text=True, timeout=PATIENCE_S
    )
    return done.stdout


def own_order(shop: Up) -> dict[str, Any]:
    jar = re.findall(r"-c (\S+)", shop.lines()[0])[0]
    answer = shell(f"curl -s -b {jar} {shop.url}/api/orders")
    [order] = httpx.Response(200, text=answer).json()
    return dict(order)


def refuses(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) != 0


def ports(shop: Up) -> list[int]:
    return [int(port) for port in re.findall(r"(?:open at http|nats)://127.0.0.1:(\d+)", shop.said)]


def test_the_three_lines_buy_a_ticket_as_they_are_printed(tmp_path: Path) -> None:
    with up(tmp_path) as shop:
        assert len(shop.lines()) == 3
        assert '"status":"paid"' in shell(*shop.lines())
        assert eventually(lambda: own_order(shop)["status"] == "complete")
        assert shop.errors == ""


@unhurried
def test_a_forgotten_password_is_replaced_by_the_link_in_the_letter_that_is_shown(
    tmp_path: Path,
) -> None:
    person = {"email": "ana@example.com", "password": "correct horse"}
    with up(tmp_path) as shop, httpx.Client(base_url=shop.url) as client:
        assert "Mail     printed here" in shop.said
        assert client.post("/api/users/signup", json=person).status_code == 201
        assert client.post("/api/users/forgot-password", json=person).status_code == 202
        assert eventually(lambda: "do nothing" in shop.errors)
        [(link, token)] = re.findall(r"(http://\S+)#token=(\S+)", shop.errors)
        assert "<form" in httpx.get(link).text
        assert httpx.post(link, json={"token": token, "password": "a new one"}).status_code == 200
        renewed = {**person, "password": "a new one"}
        assert client.post("/api/users/signin", json=renewed).status_code == 200


@unhurried
def test_the_shop_says_that_it_lives_and_is_ready(tmp_path: Path) -> None:
    with up(tmp_path) as shop:
        for path, status in (("livez", "alive"), ("readyz", "ready")):
            answer = httpx.get(f"{shop.url}/{path}")
            assert (answer.status_code, answer.json()) == (200, {"status": status})


@unhurried
def test_the_shop_says_where_its_api_is_told(tmp_path: Path) -> None:
    with up(tmp_path) as shop:
        [page] = re.findall(r"API\s+(http://\S+)", shop.said)
        assert "<h1>" in httpx.get(page).text
        assert "openapi" in httpx.get(f"{page}/openapi.json").json()


@unhurried
def test_the_metrics_of_all_services_are_on_one_page(tmp_path: Path) -> None:
    with up(tmp_path) as shop:
        shell(*shop.lines())
        page = httpx.get(f"{shop.url}/metrics").text
    for service, times in (("auth", 2), ("tickets", 1), ("orders", 1), ("payments", 1)):
        asked = f'boxoffice_requests_total{{method="POST",service="{service}",status="201"}}'
        assert f"{asked} {times}.0" in page.splitlines()  # Sue has signed up, too
    assert 'boxoffice_timers_set{service="expiration"}' in page
    assert page.count("# TYPE boxoffice_requests_total counter") == 1


@unhurried
def test_a_fast_clock_cancels_an_order_that_nobody_paid(tmp_path: Path) -> None:
    with up(tmp_path, "--speed", "150") as shop:
        assert "expires after 6 s" in shop.said
        shell(*shop.lines()[:2])
        order = own_order(shop)
        assert order["status"] != "cancelled"
        path = f"{shop.url}/api/tickets/{order['ticket']['id']}"
        assert eventually(lambda: "orderId" in httpx.get(path).json())
        assert eventually(lambda: "orderId" not in httpx.get(path).json())
        assert shop.errors == ""


@mark.parametrize("number", sampled([signal.SIGTERM, signal.SIGINT], every=2))
def test_a_signal_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    with up(tmp_path) as shop:
        shell(*shop.lines())
        assert len(ports(shop)) == 2
        assert not any(map(refuses, ports(shop)))
        assert any(shop.temporary.iterdir())
        assert shop.ends(number) == (143 if number == signal.SIGTERM else 0)
        assert all(map(refuses, ports(shop)))
        assert list(shop.temporary.iterdir()) == []
        assert shop.errors == ""


@unhurried
def test_a_broker_that_was_killed_keeps_nobody_from_closing(tmp_path: Path) -> None:
    with up(tmp_path) as shop:
        [written] = shop.temporary.glob("*/nats-server_*.ports")
        os.kill(int(written.stem.split("_")[1]), signal.SIGKILL)
        assert eventually(lambda: httpx.get(f"{shop.url}/readyz").status_code == 503)
        assert shop.ends() == 0
        assert list(shop.temporary.iterdir()) == []


@unhurried
def test_a_data_folder_keeps_the_stream(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        with up(tmp_path, "--data", str(data)) as shop:
            assert httpx.get(f"{shop.url}/readyz").status_code == 200
        assert shop.process.returncode == 0
        assert list(data.glob("jetstream/*/streams/TICKETING"))


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with up(tmp_path, "--port", str(port)) as shop:
            assert shop.process.wait(PATIENCE_S) == 2
        why = "Address already in use; --port 0 takes one that is free"
        assert shop.errors == f"boxoffice: cannot listen on port {port}: {why}\n"
        assert list(shop.temporary.iterdir()) == []


@unhurried
def test_a_clock_that_stands_still_is_misuse(tmp_path: Path) -> None:
    with up(tmp_path, "--speed", "0") as shop:
        assert shop.process.wait(PATIENCE_S) == 2
    assert shop.errors.startswith("boxoffice: Invalid value for '--speed'")


@mark.parametrize("name", sampled(["MONGO_URL", "REDIS_URL", "NATS_URL", "PUBLIC_URL"], every=4))
@mark.parametrize("value", ["gopher://user:secret@nowhere:x", "secret"])
def test_a_bad_url_is_one_line_that_does_not_show_it(tmp_path: Path, name: str, value: str) -> None:
    with up(tmp_path, **{name: value}) as shop:
        assert shop.process.wait(PATIENCE_S) == 2
    assert shop.errors.startswith(f"boxoffice: {name} is bad")
    assert shop.errors.count("\n") == 1
    assert "secret" not in shop.errors


@fixture
def stripe_mock(tmp_path: Path) -> Iterator[str]:
    found = servers.stripe_process(tmp_path)
    # Left to itself it takes a fixed port for HTTPS too, and two sessions cannot both have that.
    free = ("-https-addr", "127.0.0.1:")
    with running(replace(found, command=lambda port: [*found.command(port), *free])) as process:
        yield process.address


@unhurried
def test_real_stores_and_stripe_mock_are_used_where_urls_are_given(
    tmp_path: Path, mongo_url: str, redis_server: Process, stripe_mock: str
) -> None:
    given = {
        "MONGO_URL": mongo_url,
        "REDIS_URL": f"redis://{redis_server.address}",
        "STRIPE_API_BASE": f"http://{stripe_mock}",
    }
    with up(tmp_path, "--speed", "60", **given) as shop:
        assert '"status":"paid"' in shell(*shop.lines())
        assert eventually(lambda: own_order(shop)["status"] == "complete")

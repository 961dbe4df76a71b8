"""What is seen of a shop on a real broker, and how what was switched on goes wrong there."""

import asyncio
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from pytest import MonkeyPatch, mark

from boxoffice.clock import Stopwatch
from boxoffice.real import PacedLoop
from boxoffice.real.broker import running_broker
from scenarios.actors import Buyer, Seller
from scenarios.look.look import Look
from scenarios.shop.local import local_shop
from tests.real.tiers import unhurried

pytestmark = [mark.real, mark.usefixtures("broker_installed")]

PATIENCE_S = 30.0
PROMPT_S = 3.0  # less than the patience with an answer that has no end
Script = Callable[[httpx.AsyncClient], Awaitable[Any]]


def looked_at(script: Script, speed: float = 1.0) -> Any:
    """Open a shop, and do something there with the rights of its page."""

    async def play() -> Any:
        look = Look()
        async with local_shop(0, speed, None, False, look) as shop:
            headers = {"Authorization": f"Bearer {look.token}", "Origin": shop.url}
            async with httpx.AsyncClient(
                base_url=shop.url, headers=headers, timeout=PATIENCE_S * speed
            ) as page:
                return await script(page)

    with asyncio.Runner(loop_factory=lambda: PacedLoop(speed)) as runner:
        return runner.run(play())


async def purchase(page: httpx.AsyncClient) -> None:
    """Sue lists a ticket, Ana buys it; it is over when the order is complete."""
    async with (
        httpx.AsyncClient(base_url=page.base_url, timeout=page.timeout) as sues,
        httpx.AsyncClient(base_url=page.base_url, timeout=page.timeout) as anas,
    ):
        sue, ana = Seller("Sue", sues), Buyer("Ana", anas)
        order = await ana.orders(await sue.lists("Front row", price="45.00"))
        await ana.pays(order)
        await ana.sees(order, "complete")


async def run(page: httpx.AsyncClient) -> dict[str, Any]:
    """Return what is drawn, as lists of what the columns say."""
    answer = await page.get("/live/run")
    assert answer.status_code == 200
    drawn: dict[str, Any] = answer.json()
    events, words = drawn["events"], drawn["words"]
    for column in ("host", "kind", "shape", "says"):
        events[column] = [words[it] for it in events[column]]
    return drawn


async def settled(page: httpx.AsyncClient, applied: int) -> dict[str, Any]:
    """Return what is drawn once so many messages have been applied."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            drawn = await run(page)
            if drawn["events"]["shape"].count("apply") >= applied:
                return drawn
            await asyncio.sleep(0.05)


# ticket.created; order.created, ticket.updated, order.awaiting-payment, ticket.updated;
# payment.created, order.completed, ticket.updated: each by all who hear of it.
APPLIED = 1 + 3 + 1 + 2 + 1 + 1 + 3 + 1


def test_a_purchase_is_seen_from_the_request_to_the_last_decision() -> None:
    async def script(page: httpx.AsyncClient) -> dict[str, Any]:
        await purchase(page)
        return await settled(page, APPLIED)

    drawn = looked_at(script)
    events = drawn["events"]
    kinds, shapes = Counter(events["kind"]), Counter(events["shape"])
    assert kinds["stored"] == 8
    assert kinds["decided"] == shapes["apply"] == APPLIED
    assert shapes["duplicate"] == shapes["gap"] == 0
    assert kinds["delivered"] == APPLIED
    lanes = [name for name, _ in drawn["lanes"]]
    assert lanes[-5:] == ["auth", "tickets", "orders", "payments", "expiration"]
    assert events["us"] == sorted(events["us"])
    # Whatever happens goes back to somebody's request.
    for number in range(len(events["us"])):
        first = number
        while events["cause"][first] >= 0:
            assert events["cause"][first] < first
            first = events["cause"][first]
        assert events["kind"][first] == "request", (events["says"][number], events["says"][first])


def test_what_is_switched_on_is_seen_to_strike_until_it_is_off() -> None:
    fault = "duplicates(share=1.0)"

    async def script(page: httpx.AsyncClient) -> list[Counter[str]]:
        found = []
        for on in ([fault], []):
            answer = await page.post("/live/faults", json=on)
            assert [it["fault"] for it in answer.json() if it["on"]] == on
            before = sum(it["shape"].count("apply") for it in [(await run(page))["events"]])
            await purchase(page)
            drawn = await settled(page, before + APPLIED)
            found.append(Counter(drawn["events"]["shape"]))
        return found

    broken, mended = looked_at(script)
    assert broken["duplicate"] > APPLIED // 2
    assert mended["duplicate"] <= APPLIED  # of the first purchase alone


@unhurried
def test_news_come_as_it_happens_and_keep_no_shop_from_closing() -> None:
    watch, somebody = Stopwatch(), socket.socket()

    async def script(page: httpx.AsyncClient) -> float:
        listening = asyncio.create_task(heard(page))
        await purchase(page)
        async with asyncio.timeout(PATIENCE_S):
            assert await listening
        await asyncio.to_thread(listens, somebody, page)
        return watch.elapsed_s()

    with somebody:  # who listens still when the shop closes
        began_s = looked_at(script)
        assert watch.elapsed_s() - began_s < PROMPT_S


def listens(somebody: socket.socket, page: httpx.AsyncClient) -> None:
    """Ask for news, and read no more than that there will be some."""
    somebody.settimeout(PATIENCE_S)
    somebody.connect((page.base_url.host, page.base_url.port))
    lines = [f"{name}: {value}" for name, value in page.headers.items()]
    host = f"Host: {page.base_url.netloc.decode()}"
    somebody.sendall("\r\n".join(["GET /live/news HTTP/1.1", host, *lines, "", ""]).encode())
    assert b" 200 " in somebody.recv(20)


async def heard(page: httpx.AsyncClient) -> bool:
    """Wait for news of something."""
    async with page.stream("GET", "/live/news") as news:
        async for line in news.aiter_lines():
            if line.startswith("data: ") and '"seen": 0,' not in line:
                return True
    return False


@unhurried
def test_a_shop_whose_clock_is_fast_is_seen_as_well() -> None:
    async def script(page: httpx.AsyncClient) -> dict[str, Any]:
        await purchase(page)
        return await settled(page, APPLIED)

    drawn = looked_at(script, 60.0)
    assert Counter(drawn["events"]["kind"])["stored"] == 8


@unhurried
def test_a_broker_that_was_named_is_left_alone_and_seen_as_far_as_it_can_be(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    async def script(page: httpx.AsyncClient) -> dict[str, Any]:
        await purchase(page)
        refused = await page.post("/live/faults", json=["duplicates(share=1.0)"])
        assert refused.status_code == 400
        return await settled(page, APPLIED)

    async def beside() -> dict[str, Any]:
        async with running_broker(tmp_path) as url:
            monkeypatch.setenv("NATS_URL", url)
            drawn: dict[str, Any] = await asyncio.to_thread(looked_at, script)
            return drawn

    kinds = Counter(asyncio.run(beside())["events"]["kind"])
    assert (kinds["stored"], kinds["delivered"], kinds["decided"]) == (8, APPLIED, APPLIED)

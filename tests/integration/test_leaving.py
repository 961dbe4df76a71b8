"""A process that is told to end while it has requests in hand: each gets an answer of ours."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from pytest import fixture

from boxoffice.real.process import HOST
from scenarios.shop.real.launch import process_shop
from scenarios.shop.real.shop import ProcessShop
from tests.integration.test_processes import Person
from tests.real.tiers import UNHURRIED
from tests.services.shop import problems

pytestmark = UNHURRIED

PATIENCE_S = 60.0
DRIP_S = 2.0  # shorter than Stripe's client waits for the next byte
CHARGE = b'{"id": "ch_1", "object": "charge", "status": "succeeded", "amount": 4500}'
HALF = (
    b"POST /api/orders HTTP/1.1\r\nHost: it\r\nContent-Type: application/json\r\n"
    b'Content-Length: 40\r\n\r\n{"ticketId": '
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"


class SlowStripe:
    """It answers when it is let go; until then its headers drip, so that nobody gives it up."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.let_go = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        async with await asyncio.start_server(self._answer, "127.0.0.1", 0) as server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked.set()
        head, _, rest = (ANSWER % (len(CHARGE), CHARGE)).partition(b"\r\n")
        writer.write(head + b"\r\n")
        while not self.let_go.is_set():
            writer.write(b"X-Drip: 1\r\n")
            with suppress(TimeoutError):
                async with asyncio.timeout(DRIP_S):
                    await self.let_go.wait()
        writer.write(rest)
        with suppress(ConnectionError):
            await writer.drain()
        writer.close()


Story = Callable[[ProcessShop, SlowStripe], Awaitable[Any]]


@fixture
def play(tmp_path: Path) -> Callable[[Story], Any]:
    """Tell a story to a shop whose Stripe is slow; nothing may be logged as a mistake."""

    async def told(story: Story) -> Any:
        stripe = SlowStripe()
        async with (
            asyncio.timeout(2 * PATIENCE_S),
            stripe.open() as url,
            process_shop(tmp_path, given={"STRIPE_API_BASE": url}) as shop,
        ):
            result = await story(shop, stripe)
            stripe.let_go.set()
            for name in ("payments", "orders"):
                assert '"level": "error"' not in shop.log_of(name)
                assert "Traceback" not in shop.log_of(name)
            return result

    return lambda story: asyncio.run(told(story))


async def begins_to_end(shop: ProcessShop, name: str) -> None:
    shop.process(name).ask_to_end()
    for pause_s in itertools.repeat(0.02):
        if '"draining"' in shop.log_of(name):
            return
        await asyncio.sleep(pause_s)


@asynccontextmanager
async def paying(shop: ProcessShop, stripe: SlowStripe) -> AsyncIterator[Any]:
    """Have a payment under way, as far as Stripe; give the task that waits for its answer."""
    async with Person(shop, "sue") as sue, Person(shop, "ana") as ana:
        seat = await sue.post("tickets", "/api/tickets", {"title": "Front row", "price": 45})
        order = await ana.post("orders", "/api/orders", {"ticketId": seat["id"]})
        card = {"orderId": order["id"], "token": "tok_visa"}
        answering = asyncio.create_task(pays(shop, ana, card))
        await stripe.asked.wait()
        await begins_to_end(shop, "payments")
        yield ana, answering


async def pays(shop: ProcessShop, person: Person, card: dict[str, str]) -> httpx.Response:
    """Pay, as soon as payments has heard of the order."""
    url = shop.url_of("payments")
    while True:
        answer = await person.browser.post(f"{url}/api/payments", json=card)
        if answer.status_code != 404:
            return answer
        await asyncio.sleep(0.05)


def test_a_payment_in_hand_is_answered_with_what_stripe_says(play: Any) -> None:
    async def story(shop: ProcessShop, stripe: SlowStripe) -> Any:
        async with paying(shop, stripe) as (_, answering):
            asyncio.get_running_loop().call_later(8.0, stripe.let_go.set)
            return await answering

    answer = play(story)
    assert (answer.status_code, answer.json()["status"]) == (201, "paid")
    assert answer.headers["connection"] == "close"


def test_a_payment_that_stripe_takes_too_long_over_is_pending_and_settled_later(play: Any) -> None:
    async def story(shop: ProcessShop, stripe: SlowStripe) -> Any:
        async with paying(shop, stripe) as (ana, answering):
            answer = await answering
            stripe.let_go.set()
            await asyncio.to_thread(shop.process("payments").wait, PATIENCE_S)
            assert shop.ended()["payments"] == 0
            await shop.start("payments")
            await ana.see("payments", f"/api/payments/{answer.json()['id']}", status="paid")
            return answer

    answer = play(story)
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")


def test_a_request_that_is_not_done_in_time_is_told_so(play: Any) -> None:
    async def story(shop: ProcessShop, _: SlowStripe) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, shop.process("orders").port)
        writer.write(HALF)
        await writer.drain()
        await begins_to_end(shop, "orders")
        answer = await reader.read()
        writer.close()
        return answer

    head, _, body = play(story).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"content-type: application/json" in head
    assert b"Connection: close" in head or b"connection: close" in head
    assert problems(httpx.Response(503, content=body))


def test_a_process_that_has_nothing_in_hand_leaves_at_once_when_told(play: Any) -> None:
    async def story(shop: ProcessShop, _: SlowStripe) -> Any:
        shop.process("tickets").ask_to_end()
        await asyncio.to_thread(shop.process("tickets").wait, 10.0)
        return shop.process("tickets").returncode

    assert play(story) == 0

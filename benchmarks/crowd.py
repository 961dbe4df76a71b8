"""A crowd that buys until it is sent home, and what came of it."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from scenarios.actors import Buyer, Order, Payment, Refusal, Seller, Surprise
from scenarios.shop.stage import Stage

PRICE: Final = "45.00"
SALE_PRICE: Final = "40.00"
CHEAPER_EVERY: Final = 7  # tickets, of which the last is put on sale
REGRETS_EVERY: Final = 10  # orders, of which the last is cancelled


@dataclass(frozen=True)
class Purchase:
    """One that is complete; both moments are the loop's."""

    began_s: float
    ended_s: float


class Crowd:
    """Each buys a ticket that Sue has just listed, waits until it is theirs, rests, and buys on.

    `surprises` are the answers that nobody should get; whoever got one goes on all the same.
    """

    def __init__(self, stage: Stage, size: int, pause_s: float) -> None:
        self.bought: list[Purchase] = []
        self.refused: list[Refusal] = []
        self.surprises: list[str] = []
        self._pause_s = pause_s
        self._sue = Seller("Sue", stage.client("Sue"), stage.mail_domain)
        names = [f"Buyer{number:03d}" for number in range(1, size + 1)]
        self._buyers = [Buyer(it, stage.client(it), stage.mail_domain) for it in names]
        self._numbers = itertools.count(1)
        self._closing = asyncio.Event()

    @asynccontextmanager
    async def buying(self) -> AsyncIterator[None]:
        """Have them all buy meanwhile; in the end, each finishes what it is about."""
        for person in (self._sue, *self._buyers):
            await person.arrives()
        async with asyncio.TaskGroup() as rounds:
            for buyer in self._buyers:
                rounds.create_task(self._goes_round(buyer))
            try:
                yield
            finally:
                self._closing.set()

    async def bought_since(self, moment_s: float) -> Purchase:
        """Return the first purchase that was begun after a moment and is complete."""
        while True:
            for purchase in self.bought:
                if purchase.began_s > moment_s:
                    return purchase
            await asyncio.sleep(0.01)

    async def _goes_round(self, buyer: Buyer) -> None:
        while not self._closing.is_set():
            try:
                await self._buys(buyer, next(self._numbers))
            except Surprise as surprise:
                self.surprises.append(str(surprise))
            await self._rests()

    async def _rests(self) -> None:
        try:
            async with asyncio.timeout(self._pause_s):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _buys(self, buyer: Buyer, number: int) -> None:
        now = asyncio.get_running_loop().time
        began_s = now()
        seat = await self._sue.lists(f"Seat {number}", price=PRICE)
        if number % CHEAPER_EVERY == 0:
            await self._sue.edits(seat, price=SALE_PRICE)
        order = await buyer.orders(seat)
        if not isinstance(order, Order):
            self.refused.append(order)
        elif number % REGRETS_EVERY == 0:
            await buyer.cancels(order)
        else:
            await self._pays(buyer, order)
            self.bought.append(Purchase(began_s, now()))

    async def _pays(self, buyer: Buyer, order: Order) -> None:
        paid = await buyer.pays(order)
        if isinstance(paid, Payment):
            await buyer.sees(order, "complete")
        else:
            self.refused.append(paid)


@dataclass(frozen=True)
class Answers:
    """How many requests there were in a span, and which of them failed, in words."""

    requests: int
    failures: Sequence[str]


def answers(events: Sequence[TraceEvent], sent: range) -> Answers:
    """Return what came of the requests whose numbers in the trace are in `sent`."""
    asked = {it.number: it for it in events if it.kind == "request" and it.number in sent}
    outcomes = [it for it in events if it.kind == "response" and it["request"] in asked]
    failures = [_words(asked[it["request"]], it) for it in outcomes if _failed(it)]
    return Answers(len(asked), failures)


def longest_gap_s(bought: Sequence[Purchase], from_s: float, to_s: float) -> float:
    """Return for how long no purchase was completed, at most, in a span of the loop's time."""
    ends = sorted(it.ended_s for it in bought if from_s <= it.ended_s <= to_s)
    return max(later - sooner for sooner, later in itertools.pairwise([from_s, *ends, to_s]))


def _failed(response: TraceEvent) -> bool:
    return response["outcome"] != "answered" or bool(response["status"] >= 500)


def _words(request: TraceEvent, response: TraceEvent) -> str:
    what: Any = response.fields.get("status") or response.fields.get("why")
    return f"{request['method']} {request['path']}: {what}"

"""Fifty people buy for a minute while everything dies in turn: `python -m benchmarks.load`.

The services and their servers are real processes.  One after another, each service, the NATS server
and Redis are killed as by a power cut and started again.  In the end every invariant is judged, and
whatever was answered with 2xx has to be there; no answer may be a 5xx but 503.  With `--audit`,
`boxoffice audit` judges the shop as well, from its stream and its stores alone.
"""

import argparse
import asyncio
import statistics
import sys
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.real.errors import CannotOpen
from boxoffice.trace.verdict import Judgement, Verdict, overall
from scenarios.actors import Buyer, Order, Refusal, Seller, Surprise, Ticket
from scenarios.shop.local import named_servers
from scenarios.shop.real.launch import SERVE
from scenarios.shop.targets.local import Machine, judged, opened
from scenarios.shop.targets.shop_stage import ShopStage

SELLERS = 4
STOCK = 20  # tickets on offer at a time: few enough for buyers to meet
AWAY_S = 1.0  # between a kill and the start; a supervisor takes a moment
PAUSE_S = 0.05  # of a seller who looks at the stock
CANCELS, FORGETS = 0.10, 0.02  # shares of orders that are not paid
SERVERS = ("nats", "redis")
UNAVAILABLE = 503  # the one 5xx that a client may be answered with
MISUSE = 2


@dataclass
class Figures:
    """What was measured.  Times are in seconds."""

    buyers: int
    replicas: int
    load_s: float = 0.0
    purchases: int = 0
    cancelled: int = 0
    forgotten: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    purchases_s: list[float] = field(default_factory=list)
    back_s: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    unknown: int = 0
    errors: Counter[int] = field(default_factory=Counter)  # answers with 5xx, by status
    calm_s: float = 0.0
    audit_holds: bool = True  # or it was not asked
    surprises: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """Return them for a reader."""
        quantiles = statistics.quantiles(self.purchases_s or [0.0, 0.0], n=100)
        rate = self.purchases / self.load_s if self.load_s else 0.0
        return [
            f"{self.buyers} buyers, {self.replicas} of each service, {self.load_s:.0f} s",
            f"purchases   {self.purchases} ({rate:.1f}/s), "
            f"p50 {quantiles[49] * 1000:.0f} ms, p99 {quantiles[98] * 1000:.0f} ms",
            f"otherwise   {self.cancelled} cancelled, {self.forgotten} left to expire, "
            f"{sum(self.refusals.values())} refused",
            f"requests    {self.requests}, of which {self.unknown} without an answer; "
            f"5xx: {', '.join(f'{n} × {it}' for it, n in sorted(self.errors.items())) or 'none'}",
            "killed      " + ", ".join(f"{who} (back {s:.1f} s)" for who, s in self.back_s.items()),
            f"calm after  {self.calm_s:.1f} s",
            *(f"surprise    {said}" for said in self.surprises),
        ]


class Load:
    """One run of it."""

    def __init__(self, stage: ShopStage, figures: Figures) -> None:
        self._stage = stage
        self._figures = figures
        self._stock: list[Ticket] = []
        self._open = True

    async def run(self, seconds: float) -> None:
        """Sell and buy for so long, while everybody dies once."""
        sellers = [self._stage.seller(f"Seller{number}") for number in range(SELLERS)]
        buyers = self._stage.crowd(self._figures.buyers)
        await asyncio.gather(*(one.arrives() for one in (*sellers, *buyers)))
        watch = Stopwatch()
        async with asyncio.TaskGroup() as everybody:
            for seller in sellers:
                everybody.create_task(self._sells(seller))
            for buyer in buyers:
                everybody.create_task(self._shops(buyer))
            everybody.create_task(self._kills(seconds))
            await asyncio.sleep(seconds)
            self._open = False
        self._figures.load_s = watch.elapsed_s()

    async def _sells(self, seller: Seller) -> None:
        listed = 0
        while self._open:
            if len(self._stock) < STOCK:
                listed += 1
                title = f"Seat {seller.name} {listed}"
                self._stock.append(await seller.lists(title, price="20.00"))
            else:
                await asyncio.sleep(PAUSE_S)

    async def _shops(self, buyer: Buyer) -> None:
        chance = self._stage.chance(buyer.name)
        while self._open:
            if not self._stock:
                await asyncio.sleep(PAUSE_S)
                continue
            await self._told(self._buys(buyer, chance.choice(self._stock), chance.random()))
        # Or lists are judged only where somebody whose answer got lost looks for an order.
        await self._told(buyer.all_orders())

    async def _told(self, deed: Awaitable[object]) -> None:
        try:
            await deed
        except Surprise as surprise:
            self._figures.surprises.append(str(surprise))

    async def _buys(self, buyer: Buyer, ticket: Ticket, mind: float) -> None:
        watch = Stopwatch()
        order = await buyer.orders(ticket)
        if isinstance(order, Refusal):
            self._figures.refusals[order.message] += 1
            self._sold(ticket)
            return
        self._sold(ticket)
        if mind < CANCELS:
            await self._changes_their_mind(buyer, order)
        elif mind < CANCELS + FORGETS:
            self._figures.forgotten += 1
        else:
            await self._pays(buyer, order, watch)

    async def _pays(self, buyer: Buyer, order: Order, watch: Stopwatch) -> None:
        payment = await buyer.pays(order)
        if isinstance(payment, Refusal):
            self._figures.refusals[payment.message] += 1
            return
        await buyer.sees(order, "complete")
        self._figures.purchases += 1
        self._figures.purchases_s.append(watch.elapsed_s())

    async def _changes_their_mind(self, buyer: Buyer, order: Order) -> None:
        if await buyer.cancels(order) is True:
            self._figures.cancelled += 1

    def _sold(self, ticket: Ticket) -> None:
        if ticket in self._stock:
            self._stock.remove(ticket)

    async def _kills(self, seconds: float) -> None:
        shop = self._stage.shop
        services = [name for names in shop.instances.values() for name in names]
        doomed = [*services, *(name for name in SERVERS if name in shop.processes)]
        pause_s = seconds / (len(doomed) + 1)
        for name in doomed:
            await asyncio.sleep(max(0.0, pause_s - AWAY_S))
            watch = Stopwatch()
            shop.kill(name)
            await asyncio.sleep(AWAY_S)
            await shop.start(name)
            await shop.ready()
            self._figures.back_s[name] = watch.elapsed_s()


async def measured(
    machine: Machine, buyers: int, seconds: float, audit: bool = False
) -> tuple[Figures, Sequence[Judgement]]:
    """Run the load once.  Raises: CannotOpen."""
    figures = Figures(buyers, machine.replicas)
    async with opened(machine, seed=0, faults=()) as stage:
        await Load(stage, figures).run(seconds)
        watch = Stopwatch()
        judgements, evidence = await judged(stage)
        figures.calm_s = watch.elapsed_s()
        if audit:
            figures.audit_holds = await _audited(stage)
    answers = list(evidence.of_kind("response"))
    figures.requests = len(answers)
    figures.unknown = sum(it["outcome"] != "answered" for it in answers)
    codes = Counter(int(it["status"]) for it in answers if it["outcome"] == "answered")
    figures.errors = Counter({code: n for code, n in codes.items() if code >= 500})
    return figures, judgements


async def _audited(stage: ShopStage) -> bool:
    """Let `boxoffice audit` look at the shop, and print what it says."""
    shop = stage.shop
    words = ("--nats", shop.nats_url, "--mongo", shop.mongo_url, "--redis", shop.redis_url)
    books = ("--stripe", shop.stripe_url, "--stripe-key", "sk_test_load")
    command = (sys.executable, "-m", "scenarios", "audit", *words, *books)
    return await (await asyncio.create_subprocess_exec(*command)).wait() == 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"{message}; --help says more\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, judge and print; return the exit status: 0 if all holds, 1 if not, 2 for misuse."""
    asked = _parser().parse_args(arguments)
    print(f"{asked.buyers} buyers for {asked.seconds:g} s …", file=sys.stderr)
    try:
        machine = Machine(named_servers(), SERVE, asked.replicas, asked.window, linked=False)
        figures, judgements = asyncio.run(
            measured(machine, asked.buyers, asked.seconds, asked.audit)
        )
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return MISUSE
    print("\n".join(figures.lines()))
    for one in judgements:
        print(f"{one.verdict:<10}  {one.invariant}")
        for violation in one.violations:
            print(f"            {violation.message}")
    is_well = figures.audit_holds and not figures.surprises and set(figures.errors) <= {UNAVAILABLE}
    return 0 if is_well and overall(judgements) is Verdict.HOLDS else 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m benchmarks.load", description=(__doc__ or "").split("`")[0])
    parser.add_argument("--buyers", type=_positive, default=50, help="at once (%(default)s)")
    parser.add_argument("--seconds", type=_positive, default=60, help="of load (%(default)s)")
    parser.add_argument("--replicas", type=_positive, default=1, help="of each (%(default)s)")
    parser.add_argument("--window", type=_positive, default=45, help="to pay, in s (%(default)s)")
    parser.add_argument("--audit", action="store_true", help="let `boxoffice audit` look, too")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    sys.exit(main())

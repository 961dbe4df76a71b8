"""A purchase over HTTP against `boxoffice up`, side by side with the same one in virtual time.

python -m benchmarks.purchases [--buyers 1,10,20] [--purchases 200] [--look-ms 20]

A purchase lasts from sending the order until the buyer sees it `complete`: ordered, paid, paid at
Stripe, and known to `orders`.  Buyers go round in a closed loop: each takes the next ticket once
the last is theirs.  They sign up, and the tickets are listed, before the clock starts.
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter
from typing import Final, NoReturn
from unittest.mock import patch

import httpx

from benchmarks.opened import DidNotOpen, opened
from scenarios import actors
from scenarios.actors import Buyer, Seller, Ticket
from scenarios.shop.world import World

ANSWER_S: Final = 30.0  # longer than any answer should take
MISUSE: Final = 2
HEAD: Final = "target   buyers  purchases   p50 ms   p99 ms  purchases/s   wall s  virtual s"

Browser = Callable[[str], httpx.AsyncClient]


@dataclass(frozen=True)
class Sale:
    """What was measured: how long each purchase took by the loop's clock, and all by the wall's."""

    latencies_s: Sequence[float]
    loop_s: float
    wall_s: float

    @property
    def rate(self) -> float:
        """Return the purchases in a wall second."""
        return len(self.latencies_s) / self.wall_s


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"{message}; --help says more\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        # How often people look again is theirs, not the shop's: it must not be what is measured.
        with opened() as url, patch.object(actors, "PAUSE_S", asked.look_ms / 1_000):
            print(HEAD, flush=True)
            ratios = [_row(url, count, asked.purchases) for count in asked.buyers]
    except DidNotOpen as reason:
        print(reason, file=sys.stderr)
        return MISUSE
    for count, ratio in zip(asked.buyers, ratios, strict=True):
        print(f"buyers {count}: the world sells {ratio:.2f} × as many a wall second as `up`")
    return 0


def _row(url: str, buyers: int, purchases: int) -> float:
    real = asyncio.run(over_http(url, buyers, purchases))
    print(_line("up", buyers, real, "–"), flush=True)
    virtual = in_a_world(buyers, purchases)
    print(_line("world", buyers, virtual, f"{virtual.loop_s:.1f}"), flush=True)
    return virtual.rate / real.rate


async def over_http(url: str, buyers: int, purchases: int) -> Sale:
    """Sell in a shop that is open at `url`."""
    async with AsyncExitStack() as stack:
        browsers = {
            name: await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, timeout=ANSWER_S, trust_env=False)
            )
            for name in ("Sue", *_names(buyers))
        }
        return await sale(lambda name: browsers[name], buyers, purchases)


def in_a_world(buyers: int, purchases: int) -> Sale:
    """Sell in virtual time."""
    return World(1).run(lambda world: sale(world.client, buyers, purchases))


async def sale(browser: Browser, buyers: int, purchases: int) -> Sale:
    """Have so many buyers buy so many tickets, and measure it."""
    seller = Seller("Sue", browser("Sue"))
    tickets = [await seller.lists(f"Seat {number}", price="45.00") for number in range(purchases)]
    crowd = [Buyer(name, browser(name)) for name in _names(buyers)]
    for buyer in crowd:
        await buyer.arrives()
    # News comes in order: who can buy the last ticket on the list could buy any before it.
    await _buys(crowd[0], await seller.lists("Last seat", price="45.00"))
    now, began = asyncio.get_running_loop().time, perf_counter()
    began_s = now()
    waiting = deque(tickets)
    took = await asyncio.gather(*(_goes_round(buyer, waiting) for buyer in crowd))
    latencies_s = [each for one in took for each in one]
    return Sale(latencies_s, now() - began_s, perf_counter() - began)


async def _goes_round(buyer: Buyer, waiting: deque[Ticket]) -> list[float]:
    now, took = asyncio.get_running_loop().time, []
    while waiting:
        ticket, began_s = waiting.popleft(), now()
        await _buys(buyer, ticket)
        took.append(now() - began_s)
    return took


async def _buys(buyer: Buyer, ticket: Ticket) -> None:
    order = await buyer.orders(ticket)
    payment = await buyer.pays(order)
    assert payment, payment
    await buyer.sees(order, "complete")


def _names(buyers: int) -> list[str]:
    return [f"Buyer{number:03d}" for number in range(1, buyers + 1)]


def _line(target: str, buyers: int, sale: Sale, virtual: str) -> str:
    percent = quantiles(sale.latencies_s, n=100, method="inclusive")
    p50_ms, p99_ms = 1_000 * percent[49], 1_000 * percent[98]
    return (
        f"{target:<7} {buyers:>7} {len(sale.latencies_s):>10} {p50_ms:>8.1f} {p99_ms:>8.1f}"
        f" {sale.rate:>12.1f} {sale.wall_s:>8.2f} {virtual:>10}"
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m benchmarks.purchases",
        description="A purchase against `boxoffice up` and in virtual time, side by side.",
        epilog="Servers that the environment names (MONGO_URL, NATS_URL …) are used, as by `up`.",
    )
    parser.add_argument(
        "--buyers",
        type=_counts,
        default=[1, 10, 20],
        metavar="N,…",
        help="a row for each (1,10,20)",
    )
    parser.add_argument(
        "--purchases", type=_several, default=200, metavar="N", help="in each row (%(default)s)"
    )
    parser.add_argument(
        "--look-ms",
        type=_above(0),
        default=20,
        metavar="MS",
        help="how long people wait before they look again (%(default)s)",
    )
    return parser


def _above(least: int) -> Callable[[str], int]:
    def whole(word: str) -> int:
        if not word.isdecimal() or int(word) <= least:
            raise argparse.ArgumentTypeError(f"{word!r} is not a whole number above {least}")
        return int(word)

    return whole


_several = _above(1)  # of one purchase there are no percentiles


def _counts(words: str) -> list[int]:
    return [_above(0)(word) for word in words.split(",")]


if __name__ == "__main__":
    sys.exit(main())

"""What a world costs in wall time.

python -m benchmarks.virtual_time [--orders 200] [--rounds 5]
"""

import argparse
import asyncio
from collections.abc import Callable
from statistics import median
from time import perf_counter

import httpx
import simpy

from boxoffice.clock.loop import SimLoop
from scenarios.shop.world import World

WINDOW_S = 900
PASSWORD = {"password": "correct horse"}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a world costs in wall time.")
    parser.add_argument("--orders", type=int, default=200, metavar="N")
    parser.add_argument("--rounds", type=int, default=5, metavar="N")
    asked = parser.parse_args()
    rounds = range(asked.rounds)
    start_ms = [1_000 * start_up() for _ in rounds]
    print(f"start-up of a world           {_spread(start_ms, 'ms')}")
    for name, at_once in (("at once", True), ("one after another", False)):
        cost_ms = [1_000 * orders(asked.orders, at_once) / asked.orders for _ in rounds]
        faster = WINDOW_S * 1_000 / median(cost_ms)
        print(
            f"an order, {asked.orders} {name:<18} {_spread(cost_ms, 'ms')}"
            f"   {faster:,.0f} × the clock"
        )
    bare = median(rate(simpy_timeouts) for _ in rounds)
    ours = median(rate(coroutine_sleeps) for _ in rounds)
    print(f"SimPy timeouts                {bare:,.0f} a second")
    print(f"asyncio sleeps on SimPy       {ours:,.0f} a second, {ours / bare:.2f} of SimPy's")


def start_up() -> float:
    """Return the wall seconds until five services are assembled and ready."""

    async def nothing(_: World) -> None:
        return

    began = perf_counter()
    World(1).run(nothing)
    return perf_counter() - began


def orders(count: int, at_once: bool) -> float:
    """Return the wall seconds that `count` orders take from being placed to having expired."""

    async def script(world: World) -> float:
        buyer, tickets = await _prepared(world, count)
        began = perf_counter()
        if at_once:
            await asyncio.gather(*(_order(buyer, ticket) for ticket in tickets))
            await asyncio.sleep(WINDOW_S + 20)
        else:
            for ticket in tickets:
                await _sign(buyer, "signin")  # a session ends after half an hour
                await _order(buyer, ticket)
                await asyncio.sleep(WINDOW_S + 1)
        took_s = perf_counter() - began
        _check(world, count)
        return took_s

    return World(1).run(script)


async def _prepared(world: World, count: int) -> tuple[httpx.AsyncClient, list[str]]:
    buyer = world.client("Ana")
    await _sign(buyer, "signup")
    wanted = {"title": "Front row", "price": "45.00"}
    answers = [await buyer.post("/api/tickets", json=wanted) for _ in range(count)]
    await asyncio.sleep(5)  # until orders has heard of them all
    return buyer, [answer.json()["id"] for answer in answers]


async def _sign(browser: httpx.AsyncClient, door: str) -> None:
    answer = await browser.post(f"/api/users/{door}", json=PASSWORD | {"email": "ana@example.com"})
    assert answer.is_success, answer.text


async def _order(browser: httpx.AsyncClient, ticket: str) -> None:
    answer = await browser.post("/api/orders", json={"ticketId": ticket})
    assert answer.status_code == 201, answer.text


def _check(world: World, count: int) -> None:
    found = world.backends.mongo["orders-db"].documents("orders", "orders")
    assert [order["status"] for order in found] == ["cancelled"] * count


def rate(work: Callable[[], int]) -> float:
    """Return how many of something `work` does in a wall second."""
    began = perf_counter()
    return work() / (perf_counter() - began)


def simpy_timeouts(processes: int = 500, each: int = 100) -> int:
    """Wait in plain SimPy; return how often."""
    env = simpy.Environment()

    def process() -> simpy.events.ProcessGenerator:
        for _ in range(each):
            yield env.timeout(1)

    for _ in range(processes):
        env.process(process())
    env.run()
    return processes * each


def coroutine_sleeps(tasks: int = 500, each: int = 100) -> int:
    """Wait in coroutines on our loop; return how often."""

    async def sleeper() -> None:
        for _ in range(each):
            await asyncio.sleep(1)

    async def together() -> None:
        await asyncio.gather(*(sleeper() for _ in range(tasks)))

    SimLoop(simpy.Environment()).run_until_complete(together())
    return tasks * each


def _spread(figures: list[float], unit: str) -> str:
    return f"{median(figures):6.2f} {unit} (from {min(figures):.2f} to {max(figures):.2f})"


if __name__ == "__main__":
    main()

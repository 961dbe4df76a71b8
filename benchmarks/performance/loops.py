"""Sleeps on other loops that keep their own time, and on ours, in one process: what each costs.

python loops.py [--rounds 3], in an environment that has them; prints JSON, in seconds a sleep.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from time import process_time
from typing import Any, Final

TASKS: Final = 500
EACH: Final = 100
# Each loop is imported by its name, where it is installed.
LOOPS: Final = (
    ("async-solipsism", "async_solipsism", "EventLoop"),
    ("looptime", "looptime", "new_event_loop"),
    ("simloop", "simloop", "SimLoop"),
)


def ours() -> Any:
    """Return a loop of ours."""
    import simpy

    from boxoffice.clock.loop import SimLoop

    return SimLoop(simpy.Environment())


def sleep_s(make: Callable[[], Any]) -> float:
    """Return what one `asyncio.sleep` costs in seconds of a processor."""

    async def sleeper() -> None:
        for _ in range(EACH):
            await asyncio.sleep(1)

    async def together() -> None:
        await asyncio.gather(*(sleeper() for _ in range(TASKS)))

    loop = make()
    began = process_time()
    loop.run_until_complete(together())
    took_s = process_time() - began
    loop.close()
    return took_s / (TASKS * EACH)


def timeout_s() -> float:
    """Return what one plain SimPy timeout costs."""
    import simpy

    env = simpy.Environment()

    def process() -> Any:
        for _ in range(EACH):
            yield env.timeout(1)

    for _ in range(TASKS):
        env.process(process())
    began = process_time()
    env.run()
    return (process_time() - began) / (TASKS * EACH)


def main() -> None:
    """Measure in turn, and print the best of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    makers: dict[str, Callable[[], Any]] = {
        name: getattr(import_module(module), maker)
        for name, module, maker in LOOPS
        if find_spec(module)
    } | {"boxoffice": ours}
    taken: dict[str, list[float]] = {}
    for _ in range(parser.parse_args().rounds):
        taken.setdefault("SimPy", []).append(timeout_s())
        for name, make in makers.items():
            taken.setdefault(name, []).append(sleep_s(make))
    json.dump({name: min(each) for name, each in taken.items()}, sys.stdout)


if __name__ == "__main__":
    main()

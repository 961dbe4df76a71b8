"""`python -m boxoffice.real.stores`: stores for other processes on this machine."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Final

from boxoffice.real.stores.serving import STORES, stores

MISUSE: Final = 2
_STDIN: Final = 0
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal or the end of standard input; return the exit status."""
    asked = vars(_parser().parse_args(arguments))
    ports = {name: asked[f"{name}_port"] for name in STORES if name not in asked["without"]}
    try:
        asyncio.run(_serve(ports))
    except (OSError, OverflowError) as error:
        print(f"cannot listen: {error}", file=sys.stderr)
        return MISUSE
    return 0


async def _serve(ports: dict[str, int]) -> None:
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, told.set)
    async with stores(ports) as urls:
        print(json.dumps(urls), flush=True)
        watching = (lambda: loop.call_soon_threadsafe(told.set),)
        Thread(target=_await_end_of_input, args=watching, daemon=True).start()
        await told.wait()


def _await_end_of_input(then: Callable[[], object]) -> None:
    # Whoever started this process holds the other end, and it closes however they end.
    while os.read(_STDIN, 4096):
        pass
    then()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m boxoffice.real.stores",
        description="Serve a MongoDB, a Redis and a Stripe on loopback.  They forget everything at "
        "the end, which is SIGTERM or the end of standard input.  One line of JSON on standard "
        "output says where they are.",
    )
    parser.add_argument("--without", action="append", default=[], choices=STORES, help="leave out")
    for name in STORES:
        parser.add_argument(f"--{name}-port", type=int, default=0, metavar="N", help="0: any free")
    return parser


if __name__ == "__main__":
    sys.exit(main())

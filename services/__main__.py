"""The composition root for the real world: `python -m services orders`."""

import argparse
import asyncio
import socket
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from services.assembly import NAMES, assemble_of
from services.common.connect import connections
from services.common.logs import start_logs
from services.common.process import tell_of_process
from services.common.run import listen, run
from services.common.settings import NEEDED, BadSetting, from_environment

MISUSE: Final = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"{message}; --help says more\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one service until it is told to end; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(asked.service, asked.host, asked.port))
    except BadSetting as bad:
        print(bad, file=sys.stderr)
        return MISUSE
    return 0


async def _serve(name: str, host: str, port: int) -> None:
    settings = from_environment(name)
    made = connections(name, settings, start_logs(name))
    with _door(host, port) as door:
        service = assemble_of(name)(made.drivers)
        tell_of_process(service.app.state.telemetry.registry)
        await run(service, made, door)


def _door(host: str, port: int) -> socket.socket:
    try:
        return listen(host, port)
    except (OSError, OverflowError) as error:
        raise BadSetting(f"cannot listen on {host} port {port}: {error}") from None


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m services",
        description="Run one service.  Its settings come from the environment.",
        epilog="Each needs: " + "; ".join(f"{name}: {' '.join(NEEDED[name])}" for name in NAMES),
    )
    parser.add_argument("service", choices=NAMES, metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--host", default="0.0.0.0", help="where to listen (%(default)s)")
    parser.add_argument("--port", type=int, default=3000, help="0 is any free one (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())

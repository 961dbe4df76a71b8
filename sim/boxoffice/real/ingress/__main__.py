"""`python -m boxoffice.real.ingress`: one port in front of replicas."""

import argparse
import asyncio
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import httpx
import uvicorn

from boxoffice.net.routes import service_for
from boxoffice.real.ingress.forwarding import KEEP_ALIVE_S, Forwarding, wire
from boxoffice.real.ingress.upstreams import Upstreams
from boxoffice.real.process import HOST

MISUSE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal; return the exit status."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if nowhere := sorted(set(asked.routes.values()) - set(asked.upstreams)):
        parser.error(f"routes lead to {', '.join(nowhere)}, which has no upstreams")
    try:
        asyncio.run(_serve(asked.port, asked.routes, asked.upstreams))
    except (OSError, OverflowError) as error:
        print(f"cannot listen on port {asked.port}: {error}", file=sys.stderr)
        return MISUSE
    return 0


async def _serve(
    port: int, routes: Mapping[str, str], urls: Mapping[str, Mapping[str, str]]
) -> None:
    upstreams = Upstreams(urls)
    async with wire() as transport, httpx.AsyncClient(trust_env=False) as probes:
        await upstreams.look(probes)
        watching = asyncio.create_task(upstreams.watch(probes))
        try:
            with _listening(port) as listener:
                config = uvicorn.Config(
                    Forwarding(upstreams, transport, partial(service_for, routes=routes)),
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    proxy_headers=False,
                    server_header=False,
                    date_header=False,
                    timeout_keep_alive=round(KEEP_ALIVE_S),
                )
                await uvicorn.Server(config).serve([listener])
        finally:
            watching.cancel()


def _listening(port: int) -> socket.socket:
    listener = socket.create_server((HOST, port), backlog=2048)
    # An answer leaves in two pieces, and the kernel may hold the second back for 40 ms.  asyncio
    # sees to that only where it has made the socket itself.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m boxoffice.real.ingress",
        description="A gateway on loopback: requests go to the replicas that are ready, in turn.",
    )
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument("routes", type=json.loads, help='which paths lead where: {"/": "stock"}')
    parser.add_argument(
        "upstreams", type=json.loads, help='{"stock": {"stock-2": "http://127.0.0.1:8080"}}'
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

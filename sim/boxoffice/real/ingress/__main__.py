"""`python -m boxoffice.real.ingress`: one port in front of the replicas of a shop."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Final

import httpx
import uvicorn

from boxoffice.real.ingress.forwarding import KEEP_ALIVE_S, Forwarding, wire
from boxoffice.real.ingress.upstreams import Upstreams
from boxoffice.real.process import HOST
from scenarios.shop.system import ROUTES
from services.common.run import listen

MISUSE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal; return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        asyncio.run(_serve(asked.port, asked.upstreams))
    except (OSError, OverflowError) as error:
        print(f"cannot listen on port {asked.port}: {error}", file=sys.stderr)
        return MISUSE
    return 0


async def _serve(port: int, urls: Mapping[str, Mapping[str, str]]) -> None:
    upstreams = Upstreams(urls)
    async with wire() as transport, httpx.AsyncClient(trust_env=False) as probes:
        await upstreams.look(probes)
        watching = asyncio.create_task(upstreams.watch(probes))
        try:
            with listen(HOST, port) as door:
                config = uvicorn.Config(
                    Forwarding(upstreams, transport, _service),
                    lifespan="off",
                    log_config=None,
                    access_log=False,
                    proxy_headers=False,
                    server_header=False,
                    date_header=False,
                    timeout_keep_alive=round(KEEP_ALIVE_S),
                )
                await uvicorn.Server(config).serve([door])
        finally:
            watching.cancel()


def _service(path: str) -> str:
    return next((name for prefix, name in ROUTES if path.startswith(prefix)), "tickets")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m boxoffice.real.ingress",
        description="A gateway on loopback: requests go to the replicas that are ready, in turn.",
    )
    parser.add_argument("--port", type=int, required=True, help="0: any free one")
    parser.add_argument(
        "upstreams", type=json.loads, help='{"orders": {"orders-2": "http://127.0.0.1:8080"}}'
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

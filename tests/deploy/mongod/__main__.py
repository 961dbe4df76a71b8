"""`python -m tests.deploy.mongod`: a stand-in for mongod, with the options of the manifests.

The project's own store speaks MongoDB's protocol already; here it gets what the manifests and
initiate.js ask for besides: users, a key file, a replica set of one, and a file that outlives it.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from boxoffice.real.stores.mongo.connection import Connection
from tests.deploy.mongod.journal import Journal
from tests.deploy.mongod.member import Member
from tests.deploy.mongod.replica import Replica


async def serve(replica: Replica, key: Path, host: str, port: int) -> None:
    """Serve until SIGTERM."""
    told, loop, others = asyncio.Event(), asyncio.get_running_loop(), set[Connection]()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def secret() -> str:
        return "".join(key.read_text().split())

    server = await loop.create_server(lambda: Member(replica, secret, others), host, port)
    print(f"listening on {server.sockets[0].getsockname()[1]}", flush=True)
    await told.wait()
    server.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Come back as it was, and serve."""
    asked = _parser().parse_args(arguments)
    if os.stat(asked.keyFile).st_mode & 0o077:  # as mongod is about it
        print(f"permissions on {asked.keyFile} are too open", file=sys.stderr)
        return 1
    replica = Replica(Journal(asked.dbpath / "journal.bson"))
    host = "0.0.0.0" if asked.bind_ip_all else "127.0.0.1"
    asyncio.run(serve(replica, asked.keyFile, host, asked.port))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mongod")
    parser.add_argument("--replSet", required=True)
    parser.add_argument("--keyFile", type=Path, required=True)
    parser.add_argument("--dbpath", type=Path, default=Path("/data/db"))
    parser.add_argument("--bind_ip_all", action="store_true")
    parser.add_argument("--port", type=int, default=27017)
    parser.add_argument("--wiredTigerCacheSizeGB", type=float, help="of no use here")
    return parser


if __name__ == "__main__":
    sys.exit(main())

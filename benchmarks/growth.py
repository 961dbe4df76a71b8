"""What a sold ticket leaves behind for ever: messages in the stream, documents in the databases.

python -m benchmarks.growth

Sells tickets in virtual time and measures what is stored, so it says the same on every machine.
"""

from collections.abc import Iterator
from typing import Final

import bson

from benchmarks.purchases import sale
from scenarios.shop.world import World
from services.common.messaging import STREAM

SALES: Final = 100
HEAD: Final = "what                       of each sale      bytes each  bytes a sale"


def main() -> None:
    """Measure and print."""
    print(HEAD)
    for what, count, size in measured(SALES):
        print(
            f"{what:<24} {count / SALES:>14.1f} {size / max(count, 1):>15.0f} {size / SALES:>13.0f}"
        )


def measured(sales: int) -> Iterator[tuple[str, int, int]]:
    """Yield what is kept, how many there are, and their bytes, for so many sales."""
    world = World(1)
    world.run(lambda it: sale(it.client, 1, sales - 1))
    messages = list(world.backends.nats.stream(STREAM).since(1))
    yield "stream, messages", len(messages), sum(message.size for message in messages)
    for database, server in world.backends.mongo.items():
        for name in server.databases.get(database, ()):
            kept = server.documents(database, name)
            yield f"{database}, {name}", len(kept), sum(len(bson.encode(it)) for it in kept)


if __name__ == "__main__":
    main()

"""Run in a pod's network: which of the addresses in the argument can be connected to, as JSON."""

import asyncio
import json
import sys

PATIENCE_S = 3.0  # a packet that is dropped would wait for ever


async def is_open(address: str, port: int) -> bool:
    """Knock once."""
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), PATIENCE_S)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def main(targets: list[tuple[str, int]]) -> None:
    """Knock everywhere at once."""
    print(json.dumps(await asyncio.gather(*(is_open(*target) for target in targets))))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))

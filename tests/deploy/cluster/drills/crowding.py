"""Run in the node: people buy at the shop's address until standard input ends; then JSON says how.

python -m tests.deploy.cluster.drills.crowding URL BUYERS PAUSE
"""

import asyncio
import json
import sys

from benchmarks.crowd import Crowd, answers, longest_gap_s
from boxoffice.clock import Randomness, Stopwatch
from boxoffice.trace import Trace
from scenarios.shop.targets.remote import RemoteStage
from scenarios.shop.vocabulary import VOCABULARY


async def main(url: str, buyers: int, pause_s: float) -> None:
    """Say `buying` once all have arrived, and in the end what came of it."""
    trace = Trace(Stopwatch().elapsed_s, VOCABULARY)
    stage, loop = RemoteStage(url, trace, Randomness(0)), asyncio.get_running_loop()
    crowd = Crowd(stage, buyers, pause_s)
    async with crowd.buying():
        began_s, first = loop.time(), len(trace.events)
        print("buying", flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        span, sent = (began_s, loop.time()), range(first, len(trace.events))
    found = answers(trace.events, sent)
    await stage.aclose()
    said = {
        "lasted_s": span[1] - span[0],
        "requests": found.requests,
        "failures": found.failures,
        "purchases": len(crowd.bought),
        "refused": [str(it) for it in crowd.refused],
        "surprises": crowd.surprises,
        "longest_gap_s": longest_gap_s(crowd.bought, *span),
    }
    print(json.dumps(said))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))

"""Each fake by itself, without a world: in real time, on the loop of an ordinary asyncio test."""

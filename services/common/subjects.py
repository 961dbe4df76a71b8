"""What the stream is called, and what is in it.  Whoever only looks at it needs no driver."""

from typing import Final

STREAM: Final = "TICKETING"
DEAD_LETTERS: Final = "dead-letter"
REPLAYS: Final = "replay"
SUBJECTS: Final = (
    "ticket.*",
    "order.*",
    "expiration.*",
    "payment.*",
    f"{DEAD_LETTERS}.>",
    f"{REPLAYS}.>",
)

"""Events that have no number yet."""

from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent

# At the same microsecond a write comes before its storing, and that before the answer.
WRITE: Final = 0
STORED: Final = 1
OTHER: Final = 2


@dataclass(slots=True, eq=False)
class InferredEvent:
    """An event to be; `cause` is another one, or an event of the HTTP recording.

    `rank` and `place` decide among events of one microsecond.
    """

    at_us: int
    host: str
    kind: str
    fields: dict[str, Any]
    cause: "InferredEvent | TraceEvent | None" = None
    rank: int = OTHER
    place: tuple[int, int] = field(default=(0, 0))

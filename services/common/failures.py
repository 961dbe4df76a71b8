"""How often, and for how long, a message has failed for a reason of its own."""

import asyncio
from dataclasses import dataclass
from typing import Final

from nats.aio.msg import Msg

PARK_AFTER: Final = 5  # failures
# No fail-over, roll-out or password rotation that is taken for a mistake of a message lasts longer.
PARK_AFTER_S: Final = 240.0
REMEMBERED: Final = 100_000  # about 30 MB
FORGOTTEN_AFTER_S: Final = 3_600.0  # since another process must have taken the message

# A number is given again where a stream was made anew, but not at the same moment.
_Key = tuple[int, float]


@dataclass(slots=True)
class _Record:
    first_s: float
    last_s: float
    times: int = 0


class Failures:
    """What one process remembers of them.

    The broker counts deliveries, but does not know which of them have failed; so a process that
    begins anew is patient anew.
    """

    def __init__(self) -> None:
        self._records: dict[_Key, _Record] = {}

    def again(self, message: Msg) -> bool:
        """Take note that `message` has failed; return whether that was often and long enough."""
        key, now_s = _key(message), asyncio.get_running_loop().time()
        record = self._records.pop(key, None) or _Record(now_s, now_s)
        record.last_s, record.times = now_s, record.times + 1
        if self._has_room(now_s):
            self._records[key] = record  # behind all others, by when they failed last
        return record.times >= PARK_AFTER and now_s - record.first_s >= PARK_AFTER_S

    def forget(self, message: Msg) -> None:
        """Take note that `message` is done with, one way or another."""
        self._records.pop(_key(message), None)

    def __len__(self) -> int:
        return len(self._records)

    def _has_room(self, now_s: float) -> bool:
        if len(self._records) < REMEMBERED:
            return True
        oldest = next(iter(self._records))
        if now_s - self._records[oldest].last_s < FORGOTTEN_AFTER_S:
            return False  # whoever is remembered is parked some day, and makes room
        del self._records[oldest]
        return True


def _key(message: Msg) -> _Key:
    meta = message.metadata
    return meta.sequence.stream, meta.timestamp.timestamp()

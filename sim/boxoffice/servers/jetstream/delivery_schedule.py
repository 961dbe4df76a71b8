"""Messages that reach a consumer later than they were stored, or more than once.

A real server hands a stored message to a consumer at once and once.  The world's faults make
it arrive late, out of order or several times, as networks and redeliveries do.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.hooks import Hooks
    from boxoffice.servers.jetstream.stream import StoredMessage


class DeliverySchedule:
    """Keeps the messages of one consumer whose arrival the world has laid down."""

    def __init__(self, hooks: Hooks, wake: Callable[[], None]) -> None:
        self._hooks = hooks
        self._wake = wake
        self._expected: Counter[int] = Counter()
        self._arrived: deque[StoredMessage] = deque()
        self._unseen: set[int] = set()
        self._attempts: dict[int, int] = {}
        self._last_s = 0.0  # when the last one that was laid down arrives

    def plan(self, message: StoredMessage, delays_s: Sequence[float]) -> None:
        """Let `message` arrive once after each of `delays_s` seconds, and not otherwise."""
        self._expected[message.seq] = len(delays_s)
        self._unseen.add(message.seq)
        self._last_s = max([self._last_s, *(self._hooks.now() + it for it in delays_s)])
        for delay_s in delays_s:
            if delay_s <= 0:
                self._arrived.append(message)
            else:
                self._hooks.later(delay_s, lambda: self._arrive(message))

    def take(self) -> StoredMessage | None:
        """The next message that has arrived, if any."""
        while self._arrived:
            message = self._arrived.popleft()
            if message.seq in self._expected:
                self._expected[message.seq] -= 1
                return message
        return None

    def planned(self, seq: int) -> bool:
        return seq in self._expected

    def first_delivery(self, seq: int) -> bool:
        """Tell, once, that `seq` was not delivered before."""
        if seq in self._unseen:
            self._unseen.remove(seq)
            return True
        return False

    def unseen(self, seq: int) -> bool:
        return seq in self._unseen

    @property
    def unseen_count(self) -> int:
        return len(self._unseen)

    def floor(self, seq: int) -> int:
        """Return up to where all is settled if `seq` is: what is still to come is not."""
        return min([seq, *(it - 1 for it in self._unseen)])

    def left_s(self) -> float:
        """Return in how many seconds all has arrived that was laid down."""
        return max(0.0, self._last_s - self._hooks.now())

    def attempts(self, seq: int) -> int:
        """How often a message had been delivered when it was settled; 0 if it never was."""
        return self._attempts.get(seq, 0)

    def settled(self, seq: int, attempt: int) -> None:
        """Remember the deliveries of a settled message that may come once more."""
        if seq in self._expected:
            self._attempts[seq] = attempt

    def forget(self, seq: int) -> None:
        self._expected.pop(seq, None)
        self._unseen.discard(seq)
        self._attempts.pop(seq, None)

    def _arrive(self, message: StoredMessage) -> None:
        self._arrived.append(message)
        self._wake()

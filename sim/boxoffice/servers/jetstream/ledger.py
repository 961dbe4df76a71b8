"""What a consumer has handed out and not got back: its outstanding messages and its floor."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.stream import StoredMessage


@dataclass(slots=True)
class Outstanding:
    """A message that was delivered, `attempt` times so far, and awaits its acknowledgement.

    `consumer_seq` is that of its first delivery.  The time to acknowledge it runs from
    `since_s`, which lies elsewhere than the last delivery after a delayed negative
    acknowledgement or a sign of progress.
    """

    message: StoredMessage
    consumer_seq: int
    attempt: int
    since_s: float
    refused: bool = False  # its consumer has sent it back, so coming again is no surprise

    def spent(self, limit: int) -> bool:
        """Tell whether it was delivered as often as `limit` allows; below 1 there is none."""
        return 0 < limit <= self.attempt


class Ledger:
    """Outstanding messages by stream sequence, those due again, and the floor below them all."""

    def __init__(self, next_seq: int) -> None:
        self.outstanding: dict[int, Outstanding] = {}
        self.given_up: dict[int, None] = {}  # of those redelivered, which a server still counts
        self.due: OrderedDict[int, None] = OrderedDict()
        self.next_seq = next_seq  # one above the highest stream sequence delivered
        self.delivered = 0  # consumer sequence: one more with every delivery, first or again
        self.floor_consumer = 0
        self.floor_stream = next_seq - 1

    def hand_out(
        self, message: StoredMessage, attempt: int, now_s: float, owed: bool = True
    ) -> Outstanding | None:
        """Write down that `message` was delivered just now; None if no answer is `owed`."""
        self.delivered += 1
        if message.seq >= self.next_seq:
            self.next_seq = message.seq + 1
        if not owed:
            self.settle(message.seq)
            return None
        held = self.outstanding.get(message.seq)
        if held is None:
            held = Outstanding(message, self.delivered, attempt, now_s)
            self.outstanding[message.seq] = held
        else:
            held.attempt, held.since_s, held.refused = attempt, now_s, False
        return held

    def settle(self, seq: int) -> Outstanding | None:
        """Take `seq` out for good and raise the floor; None if it was not outstanding."""
        held = self.outstanding.pop(seq, None)
        self.due.pop(seq, None)
        self.given_up.pop(seq, None)
        if seq < self.next_seq:
            self._raise_floor(seq, 0 if held is None else held.consumer_seq)
        return held

    def give_up(self, seq: int) -> None:
        """Take `seq` out without raising the floor."""
        held = self.outstanding.pop(seq)
        if held.attempt > 1:
            self.given_up[seq] = None

    def redeliver(self, seq: int) -> None:
        """Queue an outstanding message for another delivery, behind those already queued."""
        if seq in self.outstanding:
            self.due.setdefault(seq)

    def purge(self, start: int, gone: set[int]) -> None:
        """Forget what lies before `start` or is `gone`, and go on at `start` at least."""
        self.next_seq = max(self.next_seq, start)
        if self.floor_stream < start:
            self.floor_stream = start - 1
            for seq in [seq for seq in self.outstanding if seq < start or seq in gone]:
                held = self.outstanding.pop(seq)
                self.due.pop(seq, None)
                self.floor_consumer = max(self.floor_consumer, held.consumer_seq)
        if not self.outstanding:
            self.given_up.clear()
            self.floor_consumer, self.floor_stream = self.delivered, self.next_seq - 1

    def redelivered(self) -> int:
        again = sum(held.attempt > 1 for held in self.outstanding.values())
        return again + len(self.given_up)

    # The rule is that of processAckMsg in nats-server's consumer.go.
    def _raise_floor(self, seq: int, consumer_seq: int) -> None:
        if not self.outstanding:
            self.floor_consumer, self.floor_stream = self.delivered, self.next_seq - 1
        elif consumer_seq == self.floor_consumer + 1:
            self.floor_consumer, self.floor_stream = consumer_seq, seq
            for later in range(seq + 1, self.next_seq):
                held = self.outstanding.get(later)
                if held is not None:
                    self.floor_consumer, self.floor_stream = held.consumer_seq - 1, later - 1
                    break

"""A pull consumer: where it is in its stream, who waits for messages, what comes again.

The rules are those of nats-server's consumer.go, observed from version 2.15.1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from boxoffice.servers.jetstream.ack_deadlines import AckDeadlines
from boxoffice.servers.jetstream.advisories import max_deliver
from boxoffice.servers.jetstream.beginning import Beginning
from boxoffice.servers.jetstream.config import NANOSECONDS, Config, filters_of
from boxoffice.servers.jetstream.delivery_schedule import DeliverySchedule
from boxoffice.servers.jetstream.filters import Filters
from boxoffice.servers.jetstream.hooks import CLOCK_GRAIN_S, Hooks
from boxoffice.servers.jetstream.ledger import Ledger, Outstanding
from boxoffice.servers.jetstream.pending import Pending
from boxoffice.servers.jetstream.pull import Delivery, Pull, Pulls
from boxoffice.servers.jetstream.purging import resumes_at

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.stream import StoredMessage, Stream


class Consumer:
    """What a server keeps of one consumer, durable or not; it survives its clients."""

    def __init__(self, stream: Stream, name: str, config: Config, hooks: Hooks) -> None:
        self.name = name
        self.created_s = hooks.now()
        self.active_s: float | None = None  # the last delivery or sign of progress
        self.acked_s: float | None = None
        self._stream = stream
        self._hooks = hooks
        self._pulls = Pulls(hooks)
        self._beginning = Beginning(stream, config)
        self.ledger = Ledger(self._beginning.seq)
        self._waits = AckDeadlines(hooks, self._ring, self.ledger.outstanding)
        self.configure(config)
        # The first sequence not looked at; it runs ahead of the ledger over foreign subjects.
        self._cursor = self.ledger.next_seq
        self.schedule = DeliverySchedule(hooks, self.serve)
        self._pending = Pending(self._count_pending())

    def configure(self, config: Config) -> None:
        self.config = config
        self._filters = Filters(filters_of(config))
        self._ack_wait_s: float = config["ack_wait"] / NANOSECONDS
        self._backoff_s: list[float] = [wait / NANOSECONDS for wait in config.get("backoff", ())]
        self._limit: int = config["max_ack_pending"]
        for held in self.ledger.outstanding.values():
            self._watch(held)

    def wants(self, subject: str) -> bool:
        return self._filters.cover(subject)

    def refilter(self) -> None:
        """Look again at what the filters of before passed over."""
        self._cursor = min(self._cursor, self.ledger.next_seq)
        self._pending.anew(self._count_pending())

    # --- messages come in, pulls are served ----------------------------------------------

    def stored(self, message: StoredMessage, delays_s: Sequence[float] | None) -> None:
        """Take note of a new message that this consumer wants, and when it arrives here."""
        self._pending.count += 1
        if delays_s is not None and list(delays_s) != [0.0]:
            self.schedule.plan(message, delays_s)
        if self._pulls:
            self.serve()

    def pull(
        self,
        batch: int,
        expires_s: float | None,
        answer: Callable[[list[Delivery]], object],
        gone: Callable[[], bool],
        listens: bool = False,
    ) -> Pull:
        """Ask for up to `batch` messages, now or within `expires_s` seconds (None: for ever).

        Nothing is given to a client that is `gone`; one that `listens` hears that the consumer is.
        """
        self._pulls.add(request := Pull(batch, answer, gone, listens))
        self.serve()
        if expires_s is not None:
            self._pulls.expire(request, expires_s)
        return request

    def withdraw(self, request: Pull) -> None:
        """Forget a request whose client is gone."""
        self._pulls.withdraw(request)

    def serve(self) -> None:
        """Give the requests that wait, oldest first, what there is to give."""
        while request := self._pulls.first():
            self._fill(request)
            if not request.found or self._lingers(request):
                return
            self._pulls.answer(request)

    @property
    def num_waiting(self) -> int:
        return len(self._pulls)

    @property
    def num_pending(self) -> int:
        """How many messages are still to come."""
        return self._pending.count

    def counted_pending(self) -> int:
        """How many the server says are still to come, when it is asked about the consumer."""
        ahead = max(0, self._stream.last_seq - self._cursor + 1)
        return self._pending.bound(min(len(self._stream.messages), ahead))

    # --- answers of those who got a message ----------------------------------------------

    def ack(self, seq: int) -> None:
        """Settle a message, also when its time was over, as long as it is outstanding."""
        self._settle(seq, "acked")

    def term(self, seq: int) -> None:
        """Settle a message that nobody will ever manage."""
        self._settle(seq, "termed")

    def give_up(self, held: Outstanding) -> None:
        self.ledger.give_up(held.message.seq)
        self.schedule.settled(held.message.seq, held.attempt)
        self._tell("max-deliveries", held.message)
        self._hooks.advisories.append(max_deliver(self._stream.name, self.name, held))

    def nak(self, seq: int, delay_s: float) -> None:
        """Deliver a message again, at once or after `delay_s` seconds."""
        held = self.ledger.outstanding.get(seq)
        if held is None:
            return
        self._tell("naked", held.message, delay_s=delay_s)
        if delay_s > 0:
            # A server moves the clock of the message instead of its deadline, measured by
            # ack_wait.  With a backoff the deadline is another one after the first delivery,
            # so the delay comes out longer there, as it does with nats-server.
            held.since_s = self._hooks.now() - self._ack_wait_s + delay_s
            held.refused = True
            self._watch(held)
        else:
            self.ledger.redeliver(seq)
            self.serve()

    def in_progress(self, seq: int) -> None:
        """Let the time to acknowledge a message begin anew."""
        held = self.ledger.outstanding.get(seq)
        if held is not None:
            held.since_s = self.active_s = self._hooks.now()

    def forget(self, message: StoredMessage) -> None:
        """Live on without a message that was deleted, which is settled if it is outstanding."""
        self._pending.count -= self._uncount([message])
        if message.seq in self.ledger.outstanding:
            self.term(message.seq)

    def purged(self, gone: list[StoredMessage], pattern: str, looked_for: bool) -> None:
        """Live on without messages on `pattern`, and go on behind them."""
        counted = self._uncount(gone)
        if len(gone) == 1 and looked_for and not self._filters.cover_all_of(pattern):
            self._pending.miss(counted)
        elif gone:
            self._pending.anew(self._pending.count - counted)
        if start := resumes_at(self._stream, self._filters.patterns, pattern):
            self._cursor = max(self._cursor, start)
            self.ledger.purge(start, {it.seq for it in gone})

    def _uncount(self, gone: list[StoredMessage]) -> int:
        """Expect them no more, and say how many had been still to come."""
        counted = sum(self.wants(it.subject) and self._undelivered(it.seq) for it in gone)
        for message in gone:
            self.schedule.forget(message.seq)
        return counted

    def stop(self) -> None:
        """Do nothing more, except that requests which wait still expire."""
        self._pulls.clear()
        self._waits.cancel()

    # --- the next message ----------------------------------------------------------------

    def _fill(self, request: Pull) -> None:
        while len(request.found) < request.batch:
            delivery = self._next_redelivery() or self._next_first_delivery()
            if delivery is None:
                return
            request.found.append(delivery)

    def _lingers(self, request: Pull) -> bool:
        # A request that is only partly filled is answered at once, unless it was the limit of
        # unacknowledged messages that stopped it: then it stays until it is full or expires.
        return len(request.found) < request.batch and self._at_limit() and self._pending.count > 0

    def _at_limit(self) -> bool:
        return 0 < self._limit <= len(self.ledger.outstanding)

    def _next_redelivery(self) -> Delivery | None:
        while self.ledger.due:
            seq, _ = self.ledger.due.popitem(last=False)
            held = self.ledger.outstanding[seq]
            if held.spent(self.config["max_deliver"]):
                self.give_up(held)
            else:
                return self._hand_over(held.message, held.attempt + 1)
        return None

    def _next_first_delivery(self) -> Delivery | None:
        if self._at_limit():
            return None
        message = self.schedule.take()
        if message is not None:
            return self._hand_over_arrived(message)
        message = self._advance()
        if message is None:
            return None
        self._pending.count -= 1
        return self._hand_over(message, 1)

    def _advance(self) -> StoredMessage | None:
        messages, last = self._stream.messages, self._stream.last_seq
        while self._cursor <= last:
            seq, self._cursor = self._cursor, self._cursor + 1
            message = messages.get(seq)
            if message is not None and self._takes(message) and not self.schedule.planned(seq):
                return message
        self._pending.bound(0)
        return None

    def _hand_over_arrived(self, message: StoredMessage) -> Delivery:
        if self.schedule.first_delivery(message.seq):
            self._pending.count -= 1
            return self._hand_over(message, 1)
        held = self.ledger.outstanding.get(message.seq)
        before = held.attempt if held else self.schedule.attempts(message.seq)
        return self._hand_over(message, before + 1)

    def _hand_over(self, message: StoredMessage, attempt: int) -> Delivery:
        self.active_s = self._hooks.now()
        owed = self.config["ack_policy"] != "none"
        if held := self.ledger.hand_out(message, attempt, self.active_s, owed):
            self._watch(held)
        number = self._tell("delivered", message, attempt=attempt)
        stream, seq = self._stream.name, self.ledger.delivered
        return Delivery(message, stream, self.name, attempt, seq, self._pending.told, number)

    def _undelivered(self, seq: int) -> bool:
        if self.schedule.planned(seq):
            return self.schedule.unseen(seq)
        return seq >= self._cursor and not self._beginning.passes_over(seq)

    def _takes(self, message: StoredMessage) -> bool:
        return self.wants(message.subject) and not self._beginning.passes_over(message.seq)

    def _count_pending(self) -> int:
        rest = [it.seq for it in self._stream.since(self._cursor) if self._takes(it)]
        return self.schedule.unseen_count + sum(not self.schedule.planned(seq) for seq in rest)

    def _settle(self, seq: int, kind: str) -> None:
        self.acked_s = self._hooks.now()
        if (held := self.ledger.settle(seq)) is None:
            return
        self.schedule.settled(seq, held.attempt)
        self._tell(kind, held.message)
        if self._pulls:  # one of them may have waited for the limit
            self.serve()

    # --- time ----------------------------------------------------------------------------

    def _deadline_s(self, held: Outstanding) -> float:
        waits_s = self._backoff_s or [self._ack_wait_s]
        return held.since_s + waits_s[min(held.attempt, len(waits_s)) - 1]

    def _watch(self, held: Outstanding) -> None:
        self._waits.until(self._deadline_s(held), held.message.seq)

    def _ring(self) -> None:
        now_s = self._hooks.now() + CLOCK_GRAIN_S
        for seq in self._waits.over(now_s):
            held = self.ledger.outstanding[seq]
            if self._deadline_s(held) > now_s:
                self._watch(held)
            elif seq not in self.ledger.due:
                self._expire(held)
        self.serve()

    def _expire(self, held: Outstanding) -> None:
        if not held.refused:
            self._tell("ack-expired", held.message)
        self.ledger.redeliver(held.message.seq)

    def _tell(self, kind: str, message: StoredMessage, **fields: Any) -> int | None:
        where = {"consumer": self.name, "seq": message.seq, "subject": message.subject}
        return (observe := self._hooks.observe) and observe(kind, **where, **fields)

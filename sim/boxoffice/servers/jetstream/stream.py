"""A stream: messages in the order they were stored, and the consumers that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from boxoffice.servers.jetstream import errors, limits
from boxoffice.servers.jetstream.alarm import Alarm
from boxoffice.servers.jetstream.config import NANOSECONDS, Config, filters_of
from boxoffice.servers.jetstream.consumer import Consumer
from boxoffice.servers.jetstream.dedup import Window
from boxoffice.servers.jetstream.headers import block, check_instructions
from boxoffice.servers.jetstream.hooks import Hooks
from boxoffice.servers.jetstream.push import Push
from boxoffice.servers.jetstream.subjects import matches, matches_any


@dataclass(slots=True)
class StoredMessage:
    """A message of a stream; `time_s` is when it was stored, in seconds since 1970."""

    seq: int
    subject: str
    data: bytes
    headers: Mapping[str, str]
    time_s: float

    @property
    def msg_id(self) -> str:
        """The id by which a duplicate is known; empty, if it was given none."""
        return self.headers.get("Nats-Msg-Id", "")

    @property
    def time_ns(self) -> int:
        """When it was stored, in nanoseconds since 1970."""
        return int(self.time_s * NANOSECONDS)

    @property
    def size(self) -> int:
        """Bytes in a file, of which the server's record of a message takes 30, and 34 with headers.

        Source: fileStoreMsgSize in nats-server's filestore.go.
        """
        size = 30 + len(self.subject) + len(self.data)
        return size + 4 + len(self.header_block) if self.headers else size

    @property
    def header_block(self) -> bytes:
        """The headers as they are on the wire."""
        return block(self.headers)


class Stream:
    """What a server keeps of one stream.  Sequences start at 1 and are never used again."""

    def __init__(self, config: Config, hooks: Hooks) -> None:
        self.config = config
        self.name: str = config["name"]
        self.created_s = hooks.now()
        self.messages: dict[int, StoredMessage] = {}
        self.first_seq = 1
        self.last_seq = 0
        self.purged = False  # which an empty stream shows in its first sequence
        self.last_s: float | None = None  # when the last message came, be it still there or not
        self.consumers: dict[str, Consumer] = {}
        self.pushes: dict[str, Push] = {}
        self._hooks = hooks
        self._last_id = ""
        self._alarm = Alarm(hooks, self._drop_old)
        self._seen = Window(config["duplicate_window"] / NANOSECONDS)
        self._last_by_subject: dict[str, int] = {}
        self._interested: dict[str, list[Consumer]] = {}

    def update(self, config: Config) -> None:
        self.config = config
        self._seen.window_s = config["duplicate_window"] / NANOSECONDS
        self._drop_old()

    def store(
        self, subject: str, data: bytes, headers: Mapping[str, str]
    ) -> tuple[StoredMessage | None, int]:
        """Store a message: it and its sequence, or None and the sequence of its original.

        Raises: ApiError if a header tells the stream what it does not do.
        """
        self._check_open()
        now_s, msg_id = self._hooks.now(), headers.get("Nats-Msg-Id", "")
        if headers:
            check_instructions(self.config, headers)
            # nats-server 2.15.1 compares expected sequences before it looks for a duplicate,
            # and the expected last id after that.
            self._expect_sequences(subject, headers)
            original = self._seen.seen(msg_id, now_s) if msg_id else None
            if original is not None:
                return None, original
            self._expect_last_id(headers)
        message = StoredMessage(self.last_seq + 1, subject, data, headers, now_s)
        limited = limits.are_any(self.config)
        if limited:
            limits.refuse_beyond(self.config, self.messages, message)
        self._append(message)
        if limited or headers.get("Nats-Rollup"):
            self._drop(limits.beyond(self.config, self.messages, message))
        if msg_id:
            self._seen.remember(msg_id, message.seq, now_s)
        return message, message.seq

    def forget_id(self, msg_id: str) -> None:
        """Take a message of this id for a new one, as once the window is over."""
        self._seen.forget(msg_id)

    def interested(self, subject: str) -> list[Consumer]:
        """The consumers, oldest first, that messages on `subject` are for."""
        found = self._interested.get(subject)
        if found is None:
            found = [it for it in self.consumers.values() if it.wants(subject)]
            self._interested[subject] = found
        return found

    def add_consumer(self, name: str, config: Config) -> Consumer:
        consumer = Consumer(self, name, config, self._hooks)
        self.consumers[name] = consumer
        self._interested.clear()
        return consumer

    def update_consumer(self, name: str, config: Config) -> Consumer:
        consumer = self.consumers[name]
        refiltered = filters_of(consumer.config) != filters_of(config)
        consumer.configure(config)
        if refiltered:
            self._interested.clear()
            consumer.refilter()
        if name in self.pushes:
            self.pushes[name].reconfigured()
        consumer.serve()  # a limit may let out more now
        return consumer

    def remove_consumer(self, name: str) -> None:
        self.consumers.pop(name).stop()
        if name in self.pushes:
            self.pushes.pop(name).stop()
        self._interested.clear()

    def last(self, pattern: str) -> StoredMessage | None:
        """The last message whose subject `pattern` covers."""
        covered = (seq for it, seq in self._last_by_subject.items() if matches(pattern, it))
        seq = max(covered, default=0)
        return self.messages.get(seq)

    def lasts(self, patterns: Sequence[str]) -> list[int]:
        """The sequence of the last message on each subject that one of `patterns` covers."""
        return [seq for it, seq in self._last_by_subject.items() if matches_any(patterns, it)]

    def following(self, seq: int, pattern: str) -> StoredMessage | None:
        """The first message from `seq` on whose subject `pattern` covers."""
        found = (it for it in self.since(seq) if matches(pattern, it.subject))
        return next(found, None)

    def since(self, seq: int) -> Iterator[StoredMessage]:
        for at in range(max(seq, self.first_seq), self.last_seq + 1):
            if at in self.messages:
                yield self.messages[at]

    @property
    def num_subjects(self) -> int:
        return len(self._last_by_subject)

    def subjects(self, pattern: str) -> dict[str, int]:
        """How many messages there are on each subject that `pattern` covers."""
        counts: dict[str, int] = {}
        for message in self.messages.values():
            if matches(pattern, message.subject):
                counts[message.subject] = counts.get(message.subject, 0) + 1
        return counts

    def purge(self, pattern: str = ">", before_seq: int = 0, keep: int = 0) -> int:
        """Remove messages that `pattern` covers and say how many.

        Only those before `before_seq`, if that is given, or all but the last `keep`.  Where all of
        them lie before it, the next message will have sequence `before_seq`.
        Raises: ApiError if both are given.
        """
        self._check_open()
        if before_seq and keep:
            raise errors.bad_request()
        looked_for = pattern != ">" or bool(keep)
        if not looked_for:
            self.purged = self.purged or not before_seq
            self.last_seq = max(self.last_seq, before_seq - 1)
        doomed = [seq for seq, it in self.messages.items() if matches(pattern, it.subject)]
        if before_seq:
            doomed = [seq for seq in doomed if seq < before_seq]
        elif keep:
            doomed = doomed[:-keep]
        gone = self._remove(doomed)
        for consumer in self.consumers.values():
            consumer.purged(gone, pattern, looked_for)
        return len(doomed)

    def delete(self, seq: int) -> None:
        """Remove one message.  Raises: ApiError if there is none."""
        self._check_open()
        if seq not in self.messages:
            if self.first_seq <= seq <= self.last_seq:
                raise errors.sequence_not_found(seq)
            known = seq <= self.last_seq
            raise errors.delete_failed("no message found" if known else "stream store EOF")
        self._drop([seq])

    def _check_open(self) -> None:
        if self.config["sealed"]:
            raise errors.sealed()

    def _drop(self, seqs: list[int]) -> None:
        for gone in self._remove(seqs):
            for consumer in self.consumers.values():
                consumer.forget(gone)

    def _drop_old(self) -> None:
        self._drop(limits.too_old(self.config, self.messages, self._hooks.now()))
        self._expect_old()

    def _expect_old(self) -> None:
        if self.config["max_age"] and self.messages:
            oldest = self.messages[next(iter(self.messages))]
            self._alarm.at(oldest.time_s + self.config["max_age"] / NANOSECONDS)

    def _append(self, message: StoredMessage) -> None:
        self.last_seq, self.last_s = message.seq, message.time_s
        self.messages[message.seq] = message
        self._last_by_subject[message.subject] = message.seq
        self._last_id = message.msg_id
        self._expect_old()

    def _expect_sequences(self, subject: str, headers: Mapping[str, str]) -> None:
        # An empty expectation is none.
        if (headers.get("Nats-Expected-Stream") or self.name) != self.name:
            raise errors.wrong_stream()
        for header, last in (
            ("Nats-Expected-Last-Sequence", self.last_seq),
            ("Nats-Expected-Last-Subject-Sequence", self._last_by_subject.get(subject, 0)),
        ):
            if header in headers and headers[header] != str(last):
                raise errors.wrong_last_sequence(last)

    def _expect_last_id(self, headers: Mapping[str, str]) -> None:
        if (headers.get("Nats-Expected-Last-Msg-Id") or self._last_id) != self._last_id:
            raise errors.wrong_last_id(self._last_id)

    def _remove(self, seqs: list[int]) -> list[StoredMessage]:
        gone = [self.messages.pop(seq) for seq in seqs]
        self.first_seq = next(iter(self.messages), self.last_seq + 1)
        for message in gone:
            if self._last_by_subject.get(message.subject) == message.seq:
                self._forget_last(message.subject)
        return gone

    def _forget_last(self, subject: str) -> None:
        remaining = (seq for seq in reversed(self.messages) if self._is_on(seq, subject))
        last = next(remaining, None)
        if last is None:
            del self._last_by_subject[subject]
        else:
            self._last_by_subject[subject] = last

    def _is_on(self, seq: int, subject: str) -> bool:
        return self.messages[seq].subject == subject

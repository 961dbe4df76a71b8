"""A NATS server with JetStream: streams by name, and a door for each thing clients do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from boxoffice.servers.jetstream import errors
from boxoffice.servers.jetstream.config import NANOSECONDS
from boxoffice.servers.jetstream.consumer import Consumer
from boxoffice.servers.jetstream.core import Core, CoreMessage
from boxoffice.servers.jetstream.hooks import Hooks, Later
from boxoffice.servers.jetstream.pull import Delivery, Pull
from boxoffice.servers.jetstream.stream import StoredMessage, Stream
from boxoffice.servers.jetstream.subjects import matches_any

_ACKS = (b"", b"+ACK", b"+OK")
MAX_PAYLOAD_BYTES = 1024 * 1024


class JetStreamServer(Hooks):
    """The server's whole state.  Pure and synchronous: time and timers are handed in.

    `now` gives seconds since 1970; `later(delay_s, call)` calls once, unless cancelled.
    `max_payload` is what it takes of one message, headers included, and tells every client.
    """

    max_payload = MAX_PAYLOAD_BYTES

    def __init__(self, now: Callable[[], float], later: Later) -> None:
        super().__init__(now, later)
        self.streams: dict[str, Stream] = {}
        self._by_subject: dict[str, Stream | None] = {}
        self._names = 0
        self.core = Core()

    def next_name(self) -> str:
        """A name that no consumer had before."""
        self._names += 1
        return f"EPHEMERAL{self._names:06d}"

    def stream(self, name: str) -> Stream:
        """Raises: ApiError if there is none."""
        if name not in self.streams:
            raise errors.stream_not_found()
        return self.streams[name]

    def consumer(self, stream: str, name: str) -> Consumer:
        """Raises: ApiError if there is none."""
        consumers = self.stream(stream).consumers
        if name not in consumers:
            raise errors.consumer_not_found()
        return consumers[name]

    def knows(self, stream: str, consumer: str) -> bool:
        return self._find(stream, consumer) is not None

    def restructured(self) -> None:
        """Streams came, went or listen elsewhere: look up anew who stores what."""
        self._by_subject.clear()

    def stream_on(self, subject: str) -> Stream | None:
        """The stream that stores what is published on `subject`."""
        if subject not in self._by_subject:
            listening = (
                it for it in self.streams.values() if matches_any(it.config["subjects"], subject)
            )
            self._by_subject[subject] = next(listening, None)
        return self._by_subject[subject]

    def lose_memory(self) -> None:
        """Lose what a process takes with it: streams and consumers whose storage is memory."""
        for name, stream in list(self.streams.items()):
            in_memory = stream.config["storage"] == "memory"
            for consumer, it in list(stream.consumers.items()):
                if in_memory or it.config.get("mem_storage"):
                    stream.remove_consumer(consumer)
            if in_memory:
                del self.streams[name]
        self.restructured()

    def publish(self, subject: str, data: bytes, headers: Mapping[str, str]) -> Any:
        """Store a message and answer like a server; None where no stream listens."""
        stream = self.stream_on(subject)
        if stream is None:
            return None
        self.notice(stream.name, "subject", subject)
        try:
            stored, seq = stream.store(subject, data, headers)
        except errors.ApiError as refused:
            return refused.on_the_wire() | {"stream": stream.name, "seq": 0}
        self._tell_stored(stream.name, seq, subject, data, headers, duplicate=stored is None)
        if stored is None:
            return {"stream": stream.name, "seq": seq, "duplicate": True}
        for consumer in stream.interested(subject):
            self.notice(stream.name, "consumer", consumer.name, "queue")
            consumer.stored(stored, self._delays_s(consumer, stored))
        return {"stream": stream.name, "seq": seq}

    def publish_again(self, subject: str, seq: int) -> None:
        """Store a message as another one, as if it were too long ago to be known."""
        stream = self.stream_on(subject)
        message = None if stream is None else stream.messages.get(seq)
        if stream is not None and message is not None:
            stream.forget_id(message.msg_id)
            self.publish(subject, message.data, message.headers)

    def spread(self, message: CoreMessage, asks: bool) -> Any:
        """Store what a stream listens to, and hand it to all who listen now.

        Returns what answers a request: a stream's word, else the first reply; None if nobody does.
        """
        self.notice("core", message.subject)
        stored = self.publish(message.subject, message.data, message.headers)
        if asks and stored is None:
            return self.core.ask(message)
        self.core.publish(message)
        if stored is not None and message.reply and not asks:
            answer = json.dumps(stored).encode()
            self.core.publish(CoreMessage(message.reply, "", answer, {}))
        return stored

    def pull(
        self,
        stream: str,
        consumer: str,
        batch: int,
        expires_s: float | None,
        answer: Callable[[list[Delivery]], object],
        gone: Callable[[], bool],
        listens: bool = False,
    ) -> tuple[Consumer, Pull] | None:
        """Ask for messages; None where there is no such consumer.  See Consumer.pull."""
        found = self._find(stream, consumer)
        self.notice(stream, "consumer", consumer, "queue")
        if found is None:
            return None
        return found, found.pull(batch, expires_s, answer, gone, listens)

    def acknowledge(self, stream: str, consumer: str, seq: int, payload: bytes) -> bool:
        """Take a client's word on a message it got; False where there is no such consumer."""
        found = self._find(stream, consumer)
        if found is None:
            return False
        settles = payload in _ACKS and found.config["max_ack_pending"] <= 0
        self.notice(stream, "consumer", consumer, *(("held", str(seq)) if settles else ()))
        if payload.startswith(b"-NAK"):
            found.nak(seq, _delay_s(payload))
        elif payload.startswith(b"+WPI"):
            found.in_progress(seq)
        elif payload.startswith(b"+TERM"):
            found.term(seq)
        elif payload in _ACKS:
            found.ack(seq)
        return True  # other words are heard and change nothing

    def _find(self, stream: str, consumer: str) -> Consumer | None:
        home = self.streams.get(stream)
        return None if home is None else home.consumers.get(consumer)

    def _delays_s(self, consumer: Consumer, message: StoredMessage) -> Any:
        # What nobody acknowledges comes as it was sent: in its order, and once.
        if self.delivery_delays is None or consumer.config["ack_policy"] == "none":
            return None
        return self.delivery_delays(consumer.name, message)

    def _tell_stored(
        self,
        stream: str,
        seq: int,
        subject: str,
        data: bytes,
        headers: Mapping[str, str],
        duplicate: bool,
    ) -> None:
        if self.observe is not None:
            self.observe(
                "stored",
                stream=stream,
                seq=seq,
                subject=subject,
                msg_id=headers.get("Nats-Msg-Id", ""),
                duplicate=duplicate,
                data=data,
                headers=dict(headers),
            )


def _delay_s(nak: bytes) -> float:
    _, _, options = nak.partition(b" ")
    return json.loads(options)["delay"] / NANOSECONDS if options else 0.0

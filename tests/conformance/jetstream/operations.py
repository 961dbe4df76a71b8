"""What a random player can do to a stream and one consumer, and what it is answered."""

from __future__ import annotations

import base64
from collections.abc import Awaitable
from typing import Any

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg

from tests.conformance.jetstream.bench import Bench, settle

Answer = Any
FOR_EVER_S = 3600.0  # so that nothing comes again because of the time that a test takes
EXPECTED = "Nats-Expected-Last-"


class Player:
    """Does what it is told on one server and gives back every answer in plain words."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.held: list[Msg] = []
        self._sub: Any = None
        self._limited = self._filtered = self._blurred = False

    async def begin(self, limit: int, deliveries: int, filters: list[str]) -> Answer:
        self._limited, self._filtered = limit < 100, bool(filters)
        await self.bench.make()
        self._sub = await self.bench.consumer(
            ack_wait=FOR_EVER_S,
            max_ack_pending=limit,
            max_deliver=deliveries,
            filters=filters or None,
        )
        return await self.info()

    async def publish(self, subject: str, data: bytes, headers: dict[str, str]) -> Answer:
        sent = self.bench.js.publish(self.bench.on(subject), data, headers=headers or None)
        return await self._answered(sent, lambda ack: (ack.seq, ack.duplicate))

    async def fetch(self, batch: int) -> Answer:
        """Take what is there, without waiting for more."""
        messages = await self._at_once(batch)
        self.held += messages
        return [self._described(it) for it in messages]

    async def settle(self, choice: int, word: str) -> Answer:
        """Acknowledge one of all the messages ever held, so that some are long settled."""
        if not self.held:
            return None
        return await self._answered(settle(self.held[choice % len(self.held)], word), lambda _: 1)

    async def purge(self, subject: str | None, seq: int, keep: int) -> Answer:
        asked: dict[str, Any] = {"filter": self.bench.on(subject)} if subject else {}
        asked |= {"seq": seq} if seq else {"keep": keep} if keep else {}
        self._blurred = self._filtered
        answer = await self.bench.api("STREAM.PURGE.{stream}", **asked)
        return answer.get("purged", 0), answer.get("error")

    async def delete(self, seq: int) -> Answer:
        return (await self.bench.api("STREAM.MSG.DELETE.{stream}", seq=seq)).get("error")

    async def read(self, **asked: Any) -> Answer:
        """Read one stored message: by its sequence, the next or the last of a subject."""
        for name in {"next_by_subj", "last_by_subj"} & asked.keys():
            asked[name] = self.bench.on(asked[name])
        answer = await self.bench.api("STREAM.MSG.GET.{stream}", **asked)
        found = answer.get("message", {})
        return answer.get("error"), *map(self._plain, map(found.get, ("subject", "seq", "data")))

    async def recreate(self) -> Answer:
        """Remove the consumer and make it again; what was held is nobody's any more."""
        config = (await self.bench.info()).config
        self.held.clear()
        self._blurred = False
        await self.bench.js.delete_consumer(self.bench.name, "c")
        await self.bench.js.add_consumer(self.bench.name, config)
        return await self.info()

    async def last_seq(self) -> int:
        return int((await self.bench.state()).last_seq)

    async def info(self) -> Answer:
        consumer = await self.bench.api("CONSUMER.INFO.{stream}.c")
        stream = (await self.bench.api("STREAM.INFO.{stream}", subjects_filter=">"))["state"]
        wanted = ("num_ack_pending", "num_redelivered", "num_pending", "num_waiting")
        sequences = [
            consumer[name][each]
            for name in ("delivered", "ack_floor")
            # After a purge a server tells how far it has looked over foreign subjects, which
            # depends on the requests that it had; docs/fidelity.md has the case.
            for each in ("consumer_seq", *([] if self._blurred else ["stream_seq"]))
        ]
        state = {name: it for name, it in stream.items() if name not in ("first_ts", "last_ts")}
        state["subjects"] = {self._plain(it): n for it, n in stream.get("subjects", {}).items()}
        state.pop("bytes")  # the names of the two streams are not equally long
        return [consumer[name] for name in wanted], sequences, state

    def _described(self, message: Msg) -> Answer:
        it = message.metadata
        numbers = (it.sequence.stream, it.sequence.consumer, it.num_delivered, it.num_pending)
        return self._plain(message.subject), message.data, message.headers, *numbers

    def _plain(self, value: Any) -> Any:
        return value.removeprefix(f"{self.bench.name}.") if isinstance(value, str) else value

    async def _answered(self, asked: Awaitable[Any], read: Any) -> Answer:
        try:
            return read(await asked)
        except nats.js.errors.APIError as refused:
            return refused.code, refused.err_code, refused.description
        except nats.errors.Error as error:
            return type(error).__name__

    async def _at_once(self, batch: int) -> list[Msg]:
        if self.bench.backend.real:
            return await self._without_waiting(batch)
        try:
            return list(await self._sub.fetch(batch, timeout=0.001))
        except nats.errors.TimeoutError:
            return []

    async def _without_waiting(self, batch: int) -> list[Msg]:
        """Ask as nats-py's fetch does, for what is there; the server tells when that was all."""
        connection, messages = self.bench.backend.nats, []
        asked = f"$JS.API.CONSUMER.MSG.NEXT.{self.bench.name}.c"
        inbox = connection.new_inbox()
        answers = await connection.subscribe(inbox)
        # At the limit of outstanding messages a request stays although it should not wait.
        ends = b',"expires":20000000' if self._limited else b""
        await connection.publish(asked, b'{"batch":%d,"no_wait":true%b}' % (batch, ends), inbox)
        while len(messages) < batch:
            message = await answers.next_msg(timeout=2)
            if "Status" in (message.headers or {}):
                break
            messages.append(message)
        await answers.unsubscribe()
        return messages


def data_of(number: int) -> bytes:
    return base64.b64encode(bytes([number % 256]))

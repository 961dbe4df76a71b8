"""Dead letters: what a consumer has put aside, for an operator to read, replay or discard.

To replay one is to ask the service that has parked it, and nobody else, to take its message again.
The letter stays where it is, under its number, until that service has applied the message; so what
fails again is still the same letter.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from services.common.letters import LETTER, REASON, original, remove, stored
from services.common.raw_headers import headers_of
from services.common.stream import widen_stream
from services.common.subjects import DEAD_LETTERS, REPLAYS, STREAM

ALL: Final = f"{DEAD_LETTERS}.>"
EPOCH: Final = datetime.fromtimestamp(0, UTC)


class NoSuchLetter(Exception):
    """There is no dead letter of that number; the message says so in one line."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that `service` has parked.  `type` is the subject on which it was published.

    Of a very large one, `payload` is the beginning, unless the letter was looked for by its number.
    """

    sequence: int  # its number in the stream; never given twice
    service: str
    type: str
    reason: str
    parked_at: datetime
    headers: Mapping[str, str]
    payload: bytes

    @property
    def document(self) -> Mapping[str, Any]:
        """The message as JSON, as far as it is a JSON object; it may be no event of ours."""
        try:
            found = json.loads(self.payload)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def subject(self) -> str | None:
        """The id of the aggregate that speaks, if the message says so."""
        found = self.document.get("subject")
        return found if isinstance(found, str) else None

    @property
    def version(self) -> int | None:
        """The version that the message announces, if it says so."""
        data = self.document.get("data")
        found = data.get("version") if isinstance(data, dict) else None
        return found if isinstance(found, int) else None


class DeadLetters:
    """All of the shop's.  Everything here may raise `nats.errors.Error`."""

    def __init__(self, jetstream: JetStreamContext) -> None:
        self._jetstream = jetstream

    async def each(self) -> AsyncIterator[DeadLetter]:
        """Yield the letters in the order in which they were parked.

        What is parked meanwhile is left out, or replaying all could go on for ever.
        """
        last = (await self._jetstream.stream_info(STREAM)).state.last_seq
        after = 0
        while (letter := await self._next(after + 1)) and letter.sequence <= last:
            yield letter
            after = letter.sequence

    async def find(self, sequence: int) -> DeadLetter:
        """Return one letter, its message as a whole.  Raises: NoSuchLetter."""
        found = await stored(self._jetstream, sequence)
        if found is None or not str(found.subject).startswith(f"{DEAD_LETTERS}."):
            raise NoSuchLetter(f"there is no dead letter {sequence}")
        return replace(_letter(found), payload=await original(self._jetstream, found))

    async def prepare(self) -> None:
        """Have the stream listen to what is replayed, which it did not before this release."""
        await widen_stream(self._jetstream)

    async def replay(self, letter: DeadLetter) -> int:
        """Ask the service to take the letter's message again; return the number of the request.

        Asking twice is harmless: the service looks whether the letter is still there.
        """
        request = await self._jetstream.publish(
            f"{REPLAYS}.{letter.service}.{letter.type}",
            headers={LETTER: str(letter.sequence), **_trace_of(letter)},
        )
        return request.seq

    async def discard(self, letter: DeadLetter) -> None:
        """Remove a letter for good; nobody will ever read it again."""
        await remove(self._jetstream, letter.sequence)

    async def _next(self, sequence: int) -> DeadLetter | None:
        try:
            found = await self._jetstream.get_msg(STREAM, seq=sequence, subject=ALL, next=True)
        except NotFoundError:
            await self._jetstream.stream_info(STREAM)  # no letter, or no stream at all?
            return None
        return _letter(found)


def _letter(message: RawStreamMsg) -> DeadLetter:
    _, service, type = str(message.subject).split(".", 2)
    headers = headers_of(message)
    return DeadLetter(
        sequence=message.seq or 0,  # there is always one, which the driver's types do not know
        service=service,
        type=type,
        reason=headers.get(REASON, ""),
        parked_at=message.time or EPOCH,
        headers=headers,
        payload=message.data or b"",
    )


def _trace_of(letter: DeadLetter) -> dict[str, str]:
    return {name: value for name, value in letter.headers.items() if name == "traceparent"}

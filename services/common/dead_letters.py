"""Dead letters: what a consumer has put aside, for an operator to read, replay or discard.

To replay one is to publish the message again where it came from: the service that has parked it
gets it as any other message.  So do those that took it before; to them it is a duplicate.
"""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from services.common.messaging import DEAD_LETTERS, STREAM

ALL: Final = f"{DEAD_LETTERS}.>"
REASON: Final = "Boxoffice-Reason"
EPOCH: Final = datetime.fromtimestamp(0, UTC)
# Headers that say something of the letter and its storing, and not of the message in it.
_OF_THE_LETTER: Final = ("nats-", "boxoffice-")


class NoSuchLetter(Exception):
    """There is no dead letter of that number; the message says so in one line."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that `service` has parked.  `type` is the subject on which it was published."""

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
        """Return one letter.  Raises: NoSuchLetter."""
        found = await self._next(sequence)
        if found is None or found.sequence != sequence:
            raise NoSuchLetter(f"there is no dead letter {sequence}")
        return found

    async def replay(self, letter: DeadLetter) -> int:
        """Publish the message again, then remove the letter; return the message's new number.

        Whoever dies in between leaves both, which is harmless.
        """
        headers = {
            name: value
            for name, value in letter.headers.items()
            if not name.lower().startswith(_OF_THE_LETTER)
        }
        # Not the id of the event: JetStream may still remember it, and would store nothing.
        headers["Nats-Msg-Id"] = f"replay-{letter.sequence}"
        stored = await self._jetstream.publish(letter.type, letter.payload, headers=headers)
        await self.discard(letter)
        return stored.seq

    async def discard(self, letter: DeadLetter) -> None:
        """Remove a letter for good; nobody will ever read it again."""
        try:
            await self._jetstream.delete_msg(STREAM, letter.sequence)
        except APIError:
            still_there = await self._next(letter.sequence)
            if still_there is not None and still_there.sequence == letter.sequence:
                raise

    async def _next(self, sequence: int) -> DeadLetter | None:
        try:
            found = await self._jetstream.get_msg(STREAM, seq=sequence, subject=ALL, next=True)
        except NotFoundError:
            await self._jetstream.stream_info(STREAM)  # no letter, or no stream at all?
            return None
        return _letter(found)


def _letter(message: RawStreamMsg) -> DeadLetter:
    _, service, type = str(message.subject).split(".", 2)
    headers = _headers(message)
    return DeadLetter(
        sequence=message.seq or 0,  # there is always one, which the driver's types do not know
        service=service,
        type=type,
        reason=headers.get(REASON, ""),
        parked_at=message.time or EPOCH,
        headers=headers,
        payload=message.data or b"",
    )


def _headers(message: RawStreamMsg) -> dict[str, str]:
    # nats-py reads them as a mail's, which garbles whatever is not ASCII.
    lines = base64.b64decode(message.hdrs or b"").decode(errors="replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if line)
    return {name: value.strip() for name, _, value in pairs}

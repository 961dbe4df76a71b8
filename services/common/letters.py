"""A dead letter as a consumer posts it: a message set aside, with the reason, in any case small.

Whatever came, the letter can be stored.  No header of the message goes with it that is an order to
the broker; what is too large is cut, and read from the stream, where the original stays.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from services.common.raw_headers import headers_of
from services.common.subjects import DEAD_LETTERS, REPLAYS, STREAM

REASON: Final = "Boxoffice-Reason"
ORIGINAL: Final = "Boxoffice-Sequence"  # the number of the message that was set aside
CUT: Final = "Boxoffice-Cut"  # how many bytes it had, where the letter has only their beginning
LETTER: Final = "Boxoffice-Letter"  # in a replay: the number of the letter that is meant
NO_MESSAGE: Final = 10037  # source: server/errors.json of nats-server

LETTER_BYTES: Final = 256 * 1024  # our own events have about one thousandth of that
HEADER_BYTES: Final = 8 * 1024
REASON_BYTES: Final = 500
# Orders to the broker are of one prefix (ADR-4, ADR-8, ADR-22 of nats-architecture-and-design).
# With a header of the second kind nats-py takes a message for the server's own word.
_NOT_OURS: Final = ("nats-", "boxoffice-", "status", "description")
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is published to set a message aside."""

    subject: str
    payload: bytes
    headers: Mapping[str, str]


def replays(service: str) -> str:
    """Return the subjects on which a service is asked to take its letters again."""
    return f"{REPLAYS}.{service}.>"


def letter(service: str, message: Msg, reason: str, limit_bytes: int) -> Letter:
    """Write the letter about `message`, headers included not larger than the broker takes."""
    sequence, room = message.metadata.sequence.stream, min(LETTER_BYTES, limit_bytes)
    headers = {
        "Nats-Msg-Id": f"{DEAD_LETTERS}-{service}-{sequence}",
        REASON: _said(reason, min(REASON_BYTES, room // 4)),
        ORIGINAL: str(sequence),
        CUT: str(len(message.data)),
    }
    left_bytes = min(HEADER_BYTES, room // 2) - size_bytes(headers)
    for name, value in (message.headers or {}).items():
        said = _said(value, HEADER_BYTES)
        if _is_harmless(name) and _line_bytes(name, said) <= left_bytes:
            headers[name] = said
            left_bytes -= _line_bytes(name, said)
    payload = message.data[: max(0, room - size_bytes(headers))]
    if len(payload) == len(message.data):
        del headers[CUT]
    return Letter(f"{DEAD_LETTERS}.{service}.{message.subject}", payload, headers)


def size_bytes(headers: Mapping[str, str]) -> int:
    """Return what headers take on the wire, where they count as payload.

    >>> size_bytes({"A": "b"})
    18
    """
    lines = (_line_bytes(name, value) for name, value in headers.items())
    return len("NATS/1.0\r\n\r\n") + sum(lines)


class Post:
    """The letters of one service.  Everything here may raise `nats.errors.Error`."""

    def __init__(self, jetstream: JetStreamContext, service: str) -> None:
        self._jetstream = jetstream
        self._service = service

    async def post(self, message: Msg, reason: str) -> None:
        """Store a letter about `message`; one that is about a letter leaves that as it is."""
        if self.is_replay(message):
            return
        # nats-py's context tells nobody what its connection has learnt from the server.
        limit_bytes = self._jetstream._nc.max_payload
        it = letter(self._service, message, reason, limit_bytes)
        await self._jetstream.publish(it.subject, it.payload, headers=dict(it.headers))

    async def meant_by(self, replay: Msg) -> Msg | None:
        """Return the message to take again; None if its letter is no longer there."""
        number = (replay.headers or {}).get(LETTER, "")
        found = await stored(self._jetstream, number)
        type = replay.subject.split(".", 2)[2]
        if found is None or found.subject != f"{DEAD_LETTERS}.{self._service}.{type}":
            return None
        whole = await original(self._jetstream, found)
        headers = {**headers_of(found), LETTER: number}
        return replace(replay, data=whole, headers=headers)

    async def settle(self, message: Msg) -> None:
        """Remove the letter whose message has been applied, if that is what this message was."""
        if self.is_replay(message):
            await remove(self._jetstream, (message.headers or {})[LETTER])

    def is_replay(self, message: Msg) -> bool:
        """Tell whether a message is about a letter of this service."""
        return message.subject.startswith(f"{REPLAYS}.{self._service}.")


async def stored(jetstream: JetStreamContext, number: int | str) -> RawStreamMsg | None:
    """Return the message of that number, if it is one and the stream has it."""
    if not _NUMBER.fullmatch(str(number)):
        return None
    try:
        return await jetstream.get_msg(STREAM, seq=int(number))
    except NotFoundError as missing:
        if missing.err_code != NO_MESSAGE:
            raise
        return None


async def original(jetstream: JetStreamContext, found: RawStreamMsg) -> bytes:
    """Return the payload that a letter is about: its own, or the stream's if that was cut."""
    headers, beginning = headers_of(found), found.data or b""
    if CUT in headers:
        whole = await stored(jetstream, headers.get(ORIGINAL, ""))
        if whole is not None and (whole.data or b"").startswith(beginning):
            return whole.data or b""
    return beginning


async def remove(jetstream: JetStreamContext, number: int | str) -> None:
    """Delete a message; that it is gone already is no error."""
    if await stored(jetstream, number) is None:
        return
    try:
        await jetstream.delete_msg(STREAM, int(number))
    except APIError:
        if await stored(jetstream, number) is not None:  # or somebody else was quicker
            raise


def _line_bytes(name: str, value: str) -> int:
    return len(name.encode()) + len(value.encode()) + len(": \r\n")


def _is_harmless(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not name.lower().startswith(_NOT_OURS)


def _said(text: str, limit_bytes: int) -> str:
    words = " ".join(text.split()).encode(errors="backslashreplace")
    return words[:limit_bytes].decode(errors="ignore")

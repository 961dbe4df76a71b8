"""The NATS client protocol, as far as it has to be understood to pass it on frame by frame.

See https://docs.nats.io/reference/reference-protocols/nats-protocol.
"""

import asyncio
import json
from dataclasses import dataclass
from typing import Final

LIMIT: Final = 1 << 20  # of one line; INFO is the longest, and the server's own limit is less
_END: Final = b"\r\n"
_MESSAGES: Final = (b"MSG", b"HMSG")
_ENOUGH: Final = b"NATS/1.0 408 Request Timeout\r\n\r\n"
_HEARTBEAT: Final = b"NATS/1.0 100"
_PREFIX: Final = ["$JS", "ACK"]
_OLD: Final = 9  # $JS.ACK.stream.consumer.attempt.sequence.consumer sequence.time.pending
_NEW: Final = 11  # the same with domain and account after ACK; more may follow in later versions
_ELSEWHERE: Final = ("connect_urls", "ws_connect_urls", "leafnode_urls")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message of a stream on its way to a consumer, for the `attempt`-th time."""

    stream: str
    consumer: str
    subject: str
    sequence: int
    attempt: int


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """Return the next frame of a server, whole; nothing once it has closed the connection."""
    try:
        line = await reader.readuntil(_END)
        size = _size_of_payload(line)
        return line if size is None else line + await reader.readexactly(size + len(_END))
    except asyncio.IncompleteReadError:  # half a frame helps nobody
        return b""


def delivery_of(frame: bytes) -> Delivery | None:
    """Return what JetStream delivers with a frame; None for every other frame."""
    words = frame[: frame.index(_END)].decode().split(" ")
    with_reply = {"MSG": 5, "HMSG": 6}
    if with_reply.get(words[0].upper()) != len(words):
        return None
    return _as_delivery(words[1], words[3].split("."))


def sid_of(frame: bytes) -> bytes:
    """Return which subscription of the client a frame is for; nothing, if for none."""
    words = frame[: frame.index(_END)].split()
    return words[2] if words and words[0].upper() in _MESSAGES else b""


def is_status(frame: bytes) -> bool:
    """Tell whether a frame brings a status of the server and no message."""
    words = frame[: frame.index(_END)].split()
    return len(words) == 5 and words[0].upper() == b"HMSG" and words[-1] == words[-2]


def is_heartbeat(frame: bytes) -> bool:
    """Tell whether a frame says no more than that the server is there."""
    return is_status(frame) and frame.partition(_END)[2].startswith(_HEARTBEAT)


def end_of_fetch(sid: bytes) -> bytes:
    """Return what a server says when a fetch has got all there is."""
    return b"HMSG _ %s %d %d\r\n%s\r\n" % (sid, len(_ENOUGH), len(_ENOUGH), _ENOUGH)


def only_here(info: bytes) -> bytes:
    """Return an INFO without the other addresses of the server, and every other frame as it is."""
    verb, _, said = info.partition(b" ")
    if verb.upper() != b"INFO":
        return info
    kept = {name: value for name, value in json.loads(said).items() if name not in _ELSEWHERE}
    return b"INFO " + json.dumps(kept, separators=(",", ":")).encode() + _END


def _size_of_payload(line: bytes) -> int | None:
    words = line.split()
    return int(words[-1]) if words and words[0].upper() in _MESSAGES else None


def _as_delivery(subject: str, reply: list[str]) -> Delivery | None:
    if reply[:2] != _PREFIX or not (len(reply) == _OLD or len(reply) >= _NEW):
        return None
    stream, consumer, attempt, sequence = reply[2:6] if len(reply) == _OLD else reply[4:8]
    return Delivery(stream, consumer, subject, int(sequence), int(attempt))

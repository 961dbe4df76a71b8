"""MongoDB's messages as bytes.

Source: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ and, for OP_MSG,
https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import bson
from bson.errors import BSONError

from boxoffice.servers.mongo.terms import Document

MAX_MESSAGE_BYTES: Final = 48_000_000
OP_REPLY: Final = 1
OP_QUERY: Final = 2004
OP_MSG: Final = 2013
HEADER: Final = struct.Struct("<iiii")  # length of the whole, its number, what it answers, opcode
_INT: Final = struct.Struct("<i")
_FLAGS: Final = struct.Struct("<I")
_REPLY: Final = struct.Struct("<iqii")  # flags, cursor, first of the documents, number of them

CHECKSUM_PRESENT: Final = 1
MORE_TO_COME: Final = 2  # of a request: its sender does not wait for an answer
_MUST_BE_KNOWN: Final = 0xFFFF
_CHECKSUM_BYTES: Final = 4
_BODY: Final = 0
_SEQUENCE: Final = 1
_COMMANDS: Final = ".$cmd"
_AWAIT_CAPABLE: Final = 8


class Garbled(Exception):
    """The bytes are no message; whatever follows them cannot be made sense of either."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command.  `legacy` is what drivers say before they know that OP_MSG is understood."""

    number: int
    command: Document
    legacy: bool = False
    wants_answer: bool = True


def length_of(start: bytes | bytearray) -> int | None:
    """Tell the length of the message that begins so, or None if too little is there to tell.

    Raises: Garbled.
    """
    if len(start) < _INT.size:
        return None
    (length,) = _INT.unpack_from(start)
    if not HEADER.size <= length <= MAX_MESSAGE_BYTES:
        raise Garbled(f"a message of {length} bytes")
    return int(length)


def read(message: bytes) -> Request:
    """Read one whole message.  Raises: Garbled."""
    _, number, _, opcode = HEADER.unpack_from(message)
    try:
        if opcode == OP_MSG:
            return _read_msg(number, message)
        if opcode == OP_QUERY:
            return _read_query(number, message)
    except (BSONError, struct.error, ValueError) as error:
        raise Garbled(str(error)) from error
    raise Garbled(f"opcode {opcode}")


def answer(request: Request, number: int, body: Document) -> bytes:
    """Write the answer to a request.  Raises: bson.errors.InvalidDocument, OverflowError."""
    document = bson.encode(body)
    if request.legacy:
        opcode, content = OP_REPLY, _REPLY.pack(_AWAIT_CAPABLE, 0, 0, 1) + document
    else:
        opcode, content = OP_MSG, _FLAGS.pack(0) + bytes([_BODY]) + document
    return HEADER.pack(HEADER.size + len(content), number, request.number, opcode) + content


def _read_msg(number: int, message: bytes) -> Request:
    (flags,) = _FLAGS.unpack_from(message, HEADER.size)
    if flags & _MUST_BE_KNOWN & ~(CHECKSUM_PRESENT | MORE_TO_COME):
        raise Garbled(f"flags {flags:#x}")
    end = len(message) - (_CHECKSUM_BYTES if flags & CHECKSUM_PRESENT else 0)
    command: Document = {}
    sequences: Document = {}
    for kind, section in _sections(message, HEADER.size + _FLAGS.size, end):
        if kind == _BODY:
            command = bson.decode(section)
        else:
            name, _, documents = section[_INT.size :].partition(b"\0")
            sequences[name.decode()] = bson.decode_all(documents)
    if not command:
        raise Garbled("a message without a body")
    wants_answer = not flags & MORE_TO_COME
    return Request(number, command | sequences, wants_answer=wants_answer)


def _sections(message: bytes, place: int, end: int) -> Iterator[tuple[int, bytes]]:
    while place < end:
        kind = message[place]
        (size,) = _INT.unpack_from(message, place + 1)
        section = message[place + 1 : place + 1 + size]
        if kind not in (_BODY, _SEQUENCE) or size <= _INT.size or place + 1 + size > end:
            raise Garbled(f"a section of kind {kind} with {size} bytes")
        yield kind, section
        place += 1 + size


def _read_query(number: int, message: bytes) -> Request:
    name, _, rest = message[HEADER.size + _INT.size :].partition(b"\0")
    collection = name.decode()
    if not collection.endswith(_COMMANDS):
        raise Garbled("a query that is no command")
    command = bson.decode(rest[2 * _INT.size :])  # after how many to skip and to return
    return Request(number, {**command, "$db": collection.removesuffix(_COMMANDS)}, legacy=True)

"""MongoDB's messages, byte by byte, where a driver would not go."""

import struct

import bson
from pytest import mark

from tests.engine.real.mongo_bench import (
    CHECKSUM,
    MORE_TO_COME,
    command,
    framed,
    played,
    query,
    spoken,
    wire,
)

PING = {"ping": 1, "$db": "admin"}
INSERT = {"insert": "tickets", "documents": [{"_id": "t"}]}
COUNT = {"count": "tickets"}


def test_a_driver_that_knows_nothing_yet_is_answered_in_the_old_way():
    async def talk(line):
        await line.say(query({"ismaster": 1, "helloOk": True}))
        return await line.heard()

    answers, opcode, said = spoken(talk)
    assert (answers, opcode) == (7, 1)
    assert (said["ismaster"], said["helloOk"], said["ok"]) == (True, True, 1.0)


def test_a_hello_says_a_server_on_its_own_that_can_be_written_to():
    async def talk(line):
        return await line.ask({"hello": 1, "client": {"driver": {"name": "ours"}}})

    said = spoken(talk)
    assert said["isWritablePrimary"] is True
    assert said["minWireVersion"] <= 8 <= said["maxWireVersion"]
    assert not {"setName", "hosts", "msg", "topologyVersion", "compression"} & set(said)


def test_an_answer_names_the_message_that_it_answers():
    async def talk(line):
        await line.say(command(PING, number=41) + command(PING, number=42))
        return [(await line.heard())[0] for _ in range(2)]

    assert spoken(talk) == [41, 42]


def test_a_message_may_come_in_pieces():
    async def talk(line):
        for byte in command(PING):
            await line.say(bytes([byte]))
        return await line.heard()

    assert spoken(talk) == (7, 2013, {"ok": 1.0})


def test_a_checksum_is_no_part_of_the_command():
    assert spoken(lambda line: line.ask({"ping": 1}, flags=CHECKSUM)) == {"ok": 1.0}


def test_who_wants_no_answer_gets_none_and_the_write_is_done():
    async def talk(line):
        await line.say(command(INSERT, flags=MORE_TO_COME, number=1))
        await line.say(command(COUNT, number=2))
        return await line.heard()

    assert spoken(talk) == (2, 2013, {"n": 1, "ok": 1.0})


def test_documents_may_come_in_a_section_of_their_own():
    async def talk(line):
        documents = [{"_id": number} for number in range(3)]
        made = await line.ask({"insert": "tickets"}, sequences={"documents": documents})
        return made, await line.ask(COUNT)

    assert spoken(talk) == ({"n": 3, "ok": 1.0}, {"n": 3, "ok": 1.0})


@mark.parametrize("bytes_there", [3, 15, 16, 30, -1])
def test_a_message_that_was_cut_short_has_no_effect(bytes_there):
    async def story(url, clock):
        async with wire(url) as dying, wire(url) as other:
            await dying.ask({"ping": 1})
            await dying.say(command(INSERT)[:bytes_there])
            dying.writer.transport.abort()
            return await other.ask(COUNT)

    assert played(story) == {"n": 0, "ok": 1.0}


EMPTY = struct.pack("<I", 0)
BODY = b"\0" + bson.encode(PING)
NOT_BSON = b"\0" + struct.pack("<i", 12) + b"nonsense"


@mark.parametrize(
    "garbage",
    [
        b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n",
        struct.pack("<iiii", -5, 1, 0, 2013),
        struct.pack("<iiii", 15, 1, 0, 2013),
        struct.pack("<iiii", 48_000_001, 1, 0, 2013),
        framed(2012, b"compressed"),
        framed(2013, b""),
        framed(2013, EMPTY),
        framed(2013, EMPTY + NOT_BSON),
        framed(2013, EMPTY + b"\7" + bson.encode(PING)),
        framed(2013, EMPTY + b"\0" + struct.pack("<i", 9000)),
        framed(2013, EMPTY + b"\0" + struct.pack("<i", 0)),
        framed(2013, EMPTY + b"\1" + struct.pack("<i", 6) + b"d\0"),
        framed(2013, EMPTY + BODY + b"\1" + struct.pack("<i", 9) + b"d\0xxx"),
        framed(2013, EMPTY + BODY + b"\1" + struct.pack("<i", -1) + b"d\0"),
        framed(2013, EMPTY + BODY + b"\1" + struct.pack("<i", 20) + b"d\0" + bson.encode({})),
        framed(2013, EMPTY + b"\0" + bson.encode({})),
        command(PING, flags=1 << 7),
        query(PING, "shop.tickets"),
        framed(2004, b"\0\0\0\0\xff\xfe"),
    ],
    ids=[
        "http",
        "length-negative",
        "length-below-header",
        "length-above-limit",
        "unknown-opcode",
        "nothing",
        "no-section",
        "no-bson",
        "unknown-section",
        "section-beyond-end",
        "section-without-size",
        "sequence-without-body",
        "sequence-of-no-bson",
        "sequence-of-negative-size",
        "sequence-beyond-end",
        "empty-body",
        "unknown-flag",
        "query-of-documents",
        "query-cut-short",
    ],
)
def test_bytes_that_are_no_message_end_their_connection_and_no_other(garbage):
    async def story(url, clock):
        async with wire(url) as bad, wire(url) as good:
            await good.ask(INSERT)
            await bad.say(garbage)
            closed = await bad.is_closed()
            return closed, await good.ask(COUNT)

    assert played(story) == (True, {"n": 1, "ok": 1.0})


def test_nesting_without_end_ends_its_connection_and_no_other():
    # By hand, since the driver's own encoder refuses; and so deep that every Python does.
    inner, levels = bson.encode(PING), range(50_000, 0, -1)
    heads = b"".join(struct.pack("<i", len(inner) + 8 * it) + b"\3x\0" for it in levels)
    nested = heads + inner + b"\0" * len(levels)

    async def story(url, clock):
        async with wire(url) as bad, wire(url) as good:
            await bad.say(framed(2013, EMPTY + b"\0" + nested))
            return await bad.is_closed(), await good.ask({"ping": 1})

    assert played(story) == (True, {"ok": 1.0})

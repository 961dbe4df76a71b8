"""The NATS protocol, frame by frame."""

import asyncio
import json

from pytest import mark

from boxoffice.real.frames import Delivery, delivery_of, only_here, read_frame

OLD = b"$JS.ACK.TICKETING.orders.2.17.19.1700000000000000000.3"
NEW = b"$JS.ACK.hub.ACC0UNT.TICKETING.orders.2.17.19.1700000000000000000.3"
DELIVERY = Delivery("TICKETING", "orders", "ticket.created", sequence=17, attempt=2)


def frames(*pieces: bytes) -> list[bytes]:
    """Feed pieces to a reader as TCP might cut them; return the frames that it finds."""

    async def read() -> list[bytes]:
        reader, found = asyncio.StreamReader(), []
        reading = asyncio.create_task(read_frame(reader))
        for piece in [*pieces, b""]:
            reader.feed_data(piece) if piece else reader.feed_eof()
            await asyncio.sleep(0)
        while frame := await reading:
            found.append(frame)
            reading = asyncio.create_task(read_frame(reader))
        return found

    return asyncio.run(read())


def test_a_payload_that_looks_like_a_frame_is_not_one() -> None:
    tricky = b"MSG a 1 12\r\nPING\r\nPONG\r\n\r\n"
    assert frames(tricky + b"PING\r\n") == [tricky, b"PING\r\n"]


def test_frames_are_whole_however_tcp_cuts_them() -> None:
    whole = [b"INFO {}\r\n", b"HMSG a 1 b 12 17\r\nNATS/1.0\r\n\r\nhello\r\n", b"+OK\r\n"]
    assert frames(*(bytes([one]) for one in b"".join(whole))) == whole


def test_half_a_frame_is_none() -> None:
    assert frames(b"PONG\r\nMSG a 1 5\r\nhel") == [b"PONG\r\n"]


@mark.parametrize("reply", [OLD, NEW, NEW + b".token"])
@mark.parametrize("sizes", [b"0", b"12 12"], ids=["MSG", "HMSG"])
def test_a_delivery_is_known_by_its_reply(reply: bytes, sizes: bytes) -> None:
    verb = b"HMSG" if b" " in sizes else b"MSG"
    assert delivery_of(b"%s ticket.created 3 %s %s\r\n\r\n" % (verb, reply, sizes)) == DELIVERY


@mark.parametrize(
    "frame",
    [
        b"PING\r\n",
        b"MSG _INBOX.a 3 0\r\n\r\n",
        b"HMSG _INBOX.a 3 28 28\r\nNATS/1.0 404 No Messages\r\n\r\n\r\n",
        b"MSG a 3 _INBOX.b 0\r\n\r\n",
        b"MSG a 3 $JS.ACK.too.few 0\r\n\r\n",
    ],
)
def test_nothing_else_is_a_delivery(frame: bytes) -> None:
    assert delivery_of(frame) is None


def test_an_info_names_no_way_past_the_proxy() -> None:
    said = {"server_id": "N", "port": 4222, "max_payload": 1048576}
    told = json.dumps(said | {"connect_urls": ["10.0.0.1:4222"], "ws_connect_urls": ["x"]})
    kept = only_here(b"INFO " + told.encode() + b" \r\n")
    assert json.loads(kept.removeprefix(b"INFO ")) == said
    assert kept.endswith(b"\r\n")


def test_every_other_frame_stays_as_it_is() -> None:
    assert only_here(b"-ERR 'Stale Connection'\r\n") == b"-ERR 'Stale Connection'\r\n"

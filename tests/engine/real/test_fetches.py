"""The ends of fetches, on a link that holds messages up."""

import asyncio
from typing import Any, cast

from pytest import mark

from boxoffice.real.fetches import GRACE_S, Fetches
from boxoffice.real.frames import end_of_fetch

MESSAGE = b"MSG parcel.sent 3 $JS.ACK.S.c.1.1.1.1.0 3\r\none\r\n"
HEARTBEAT = b"HMSG _INBOX.a 3 28 28\r\nNATS/1.0 100 Idle Heartbeat\r\n\r\n"
NO_MORE = b"HMSG _INBOX.a 3 28 28\r\nNATS/1.0 404 No Messages\r\n\r\n\r\n"


class Written(list[bytes]):
    def write(self, frame: bytes) -> None:
        self.append(frame)


@mark.parametrize(("frame", "ended"), [(HEARTBEAT, True), (NO_MORE, False)])
def test_a_late_message_is_followed_by_an_end_unless_the_server_sends_one(
    frame: bytes, ended: bool
) -> None:
    async def carried() -> list[bytes]:
        written = Written()
        fetches = Fetches(cast(Any, written))
        fetches.will_be_late(b"3")
        fetches.pass_on(MESSAGE)
        fetches.pass_on(frame)
        await asyncio.sleep(2 * GRACE_S)
        fetches.close()
        return written

    assert (end_of_fetch(b"3") in asyncio.run(carried())) is ended

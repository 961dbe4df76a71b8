"""The ends of a client's fetches, for messages that come after theirs.

A server ends a fetch with a status when it has no more messages, and nats-py keeps what it has
until that status or the fetch's timeout.  A message that was held up has been overtaken by its
status, and would lie in the client's hands for seconds; so it gets another one.
"""

import asyncio
from typing import Final

from boxoffice.real.frames import end_of_fetch, is_heartbeat, is_status, sid_of

GRACE_S: Final = 0.005  # the server's own status, if there is one, is right behind the message


class Fetches:
    """What one client is told, on one connection."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._late: set[bytes] = set()
        self._ends: dict[bytes, asyncio.TimerHandle] = {}

    def will_be_late(self, sid: bytes) -> None:
        """Remember that statuses overtake messages on this subscription."""
        self._late.add(sid)

    def pass_on(self, frame: bytes) -> None:
        """Write a frame."""
        self._writer.write(frame)
        sid = sid_of(frame)
        if sid in self._late and not is_heartbeat(frame):  # which ends nothing
            self._postpone(sid)
            if not is_status(frame):
                loop = asyncio.get_running_loop()
                self._ends[sid] = loop.call_later(GRACE_S, self._end, sid)

    def close(self) -> None:
        """End no fetch any more."""
        for sid in list(self._ends):
            self._postpone(sid)

    def _postpone(self, sid: bytes) -> None:
        timer = self._ends.pop(sid, None)
        if timer is not None:
            timer.cancel()

    def _end(self, sid: bytes) -> None:
        del self._ends[sid]
        self._writer.write(end_of_fetch(sid))

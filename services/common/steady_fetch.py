"""nats-py's pull subscription, whose fetch may last long and still notices who does not answer.

nats-py (2.16) asks twice for each fetch, and hears no heartbeat that fails to come: a broker that
has forgotten a request, as one does that restarts or has lost a leader, keeps it waiting until its
time is over.  And once a heartbeat has come, it holds a message back until the batch is full.

One request does, with `no_wait`, `expires` and `idle_heartbeat`: nats-server (2.15) then waits for
a message, beats meanwhile, and ends the request with what is there.
"""

import asyncio
import json
from typing import Final

import nats.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import StatusCode
from nats.js.errors import APIError

MISSED: Final = 2  # heartbeats in succession, after which nobody is there
NANOSECONDS: Final = 1_000_000_000
_ENDS: Final = (StatusCode.NO_MESSAGES, StatusCode.REQUEST_TIMEOUT, StatusCode.CONFLICT)


class SteadyPull(JetStreamContext.PullSubscription):
    """Takes messages for as long as the broker is heard."""

    async def fetch(
        self, batch: int = 1, timeout: float | None = 5, heartbeat: float | None = None
    ) -> list[Msg]:
        """Get up to `batch` messages: what is there, else the first that come in `timeout` s.

        With a `heartbeat`, at most half of `timeout`, it is over as well where the broker has not
        been heard for two of them.  Raises: nats.errors.TimeoutError, nats.js.errors.APIError.
        """
        if not timeout or not heartbeat:
            return await super().fetch(batch, timeout)
        if at_hand := self._at_hand(batch):
            return at_hand
        loop = asyncio.get_running_loop()
        until_s = loop.time() + timeout
        await self._ask(batch, timeout, heartbeat)
        got: list[Msg] = []
        while len(got) < batch:
            try:
                it = await self._sub.next_msg(min(until_s - loop.time(), MISSED * heartbeat))
            except nats.errors.TimeoutError:
                break
            # One that was given up may be ended by the broker all the same, much too early for us.
            early = until_s - loop.time() > heartbeat
            if (status := JetStreamContext.is_status_msg(it)) is None:
                got.append(it)
            elif _ends(status, it, bool(got), early):
                break
        if not got:
            raise nats.errors.TimeoutError
        return got

    def _at_hand(self, batch: int) -> list[Msg]:
        # What came when nobody was waiting any more.
        got: list[Msg] = []
        queue = self._sub._pending_queue
        while len(got) < batch and not queue.empty():
            it = queue.get_nowait()
            self._sub._pending_size -= len(it.data)
            if JetStreamContext.is_status_msg(it) is None:
                got.append(it)
        return got

    async def _ask(self, batch: int, timeout_s: float, heartbeat_s: float) -> None:
        asked = {
            "batch": batch,
            "expires": int(timeout_s * NANOSECONDS),
            "idle_heartbeat": int(heartbeat_s * NANOSECONDS),
            "no_wait": True,
        }
        await self._nc.publish(self._nms, json.dumps(asked).encode(), self._deliver)


class SteadyJetStream(JetStreamContext):
    """nats-py's JetStream context, whose pull subscriptions are these."""

    async def pull_subscribe_bind(self, *args: object, **options: object) -> SteadyPull:
        """Bind to a consumer, which is not looked for before the first fetch."""
        bound = await super().pull_subscribe_bind(*args, **options)  # type: ignore[arg-type]
        return SteadyPull(self, bound._sub, bound._stream, bound._consumer, bound._deliver.encode())


def _ends(status: str, message: Msg, has_messages: bool, early: bool) -> bool:
    """Tell whether a fetch is over with a word of the broker's.  Raises: APIError."""
    if status == StatusCode.CONTROL_MESSAGE:
        return has_messages  # it beats only where it has no more
    if status not in _ENDS:
        raise APIError.from_msg(message)
    return has_messages or not (early and status == StatusCode.REQUEST_TIMEOUT)

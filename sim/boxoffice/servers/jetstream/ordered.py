"""What a client does with a message of a push consumer, before whoever subscribed has it.

It is what `_process_msg` of nats-py's client does: it takes heartbeats for itself, and begins an
ordered consumer anew where it misses a message.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.core_subscriptions import CoreSubscriptions

Begin = Callable[[Coroutine[Any, Any, Any]], object]


def takes(sub: Any, found: Msg, begin: Begin) -> bool:
    """Tell whether a message goes no further; what takes time for it is begun by `begin`."""
    jsi = sub._jsi
    if jsi is None:
        return False
    jsi._active = True
    if (found.headers or {}).get("Status") == "100":
        begin(jsi.check_for_sequence_mismatch(found))
        return True
    if not jsi._ordered or not found.reply:
        return False
    tokens = Msg.Metadata._get_metadata_fields(found.reply)
    stream_seq, consumer_seq = int(tokens[5]), int(tokens[6])
    if consumer_seq != jsi._dseq:
        jsi._conn._remove_sub(jsi._sub._id)  # what else is on its way comes again
        begin(jsi.reset_ordered_consumer(jsi._sseq + 1))
        return True
    jsi._dseq, jsi._sseq = consumer_seq + 1, stream_seq
    return False


class Resubscribing:
    """What nats-py asks of a connection to begin an ordered consumer anew."""

    listening: CoreSubscriptions
    report: Callable[[Exception], Coroutine[Any, Any, None]]

    @property
    def _subs(self) -> dict[int, Subscription]:
        return self.listening.subs

    @property
    def _sid(self) -> int:
        return self.listening.last

    @_sid.setter
    def _sid(self, last: int) -> None:
        self.listening.last = last

    async def _error_cb(self, error: Exception) -> None:
        await self.report(error)

    async def _send_subscribe(self, sub: Subscription) -> None:
        await self.listening.tell(sub)

"""Brokers that take less of a message for a while."""

from typing import Any

from boxoffice.faults.amounts import how_many, lasting
from boxoffice.faults.blows import Blow
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call


class _SmallPayloads(ByPattern):
    name = "small-payloads"
    occasion = Occasion.CALL
    moment = "before"
    kind = "nats"

    def __init__(self, when: When, most_bytes: int, lasts_s: float) -> None:
        super().__init__(when)
        self._how = {"most_bytes": most_bytes, "lasts_s": lasts_s}

    def blow_by(self, call: Call, now_s: float) -> Blow | None:
        if not self.strikes_call(call, now_s):
            return None
        return Blow("limit", call.target, self._how)


@reproducible_repr
def small_payloads(
    most_bytes: int = 256,
    lasts_s: float = 5.0,
    of: str = "publish",
    at: str = ANY,
    **when: Any,
) -> Fault:
    """Let a NATS take no message above `most_bytes`, headers included, for `lasts_s` seconds.

    That is what becomes of a `max_payload` that somebody sets too low, and sets right again.  From
    the call that is struck on, whoever publishes more is refused before anything is sent.
    Raises: ValueError, for no such size or time.
    """
    how_many(most_bytes=most_bytes)
    lasting(lasts_s=lasts_s)
    return _SmallPayloads(When(**{"of": of, "at": at, **when}), most_bytes, lasts_s)

"""Messages that a stream stores twice, since it has forgotten that it has them."""

from typing import Any

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import seconds
from boxoffice.faults.blows import Blow
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.trace.trace import TraceEvent

STORED = "stored"


class _StoredTwice(Fault):
    name = "stored-twice"
    on = STORED

    def __init__(self, when: When, after_s: float) -> None:
        super().__init__(when)
        self._after_s = after_s

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._copies: list[object] = []  # on their way

    def blow_after(self, event: TraceEvent, now_s: float) -> Blow | None:
        if event.kind != STORED or event.get("duplicate") or "reason" in event.fields:
            return None
        looks_like = event["subject"], event.get("id"), event.get("data")
        if looks_like in self._copies:  # which is not copied again
            self._copies.remove(looks_like)
            return None
        if not self.injects_at(event, now_s):
            return None
        self._copies.append(looks_like)
        how = {"subject": event["subject"], "seq": event["seq"], "after_s": self._after_s}
        return Blow("store-again", event.host, how)


@reproducible_repr
def stored_twice(after_s: float = 1.0, **when: Any) -> Fault:
    """Publish a message anew `after_s` seconds after it was stored, beyond the de-duplication.

    It is what a publisher does that had no answer and tries again when the stream's
    `duplicate_window` is over: the message has a second place in the stream, under the same id.
    `of` is a pattern for the subject, `at` one for the broker.
    """
    seconds(after_s=after_s)
    return _StoredTwice(When(**when), after_s)

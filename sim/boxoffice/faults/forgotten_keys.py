"""Idempotency keys that Stripe no longer knows."""

from typing import Any

from boxoffice.faults.amounts import seconds
from boxoffice.faults.blows import Blow
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call


class _ForgottenKeys(ByPattern):
    name = "forgotten-keys"
    occasion = Occasion.CALL
    moment = "before"
    kind = "stripe"

    def __init__(self, when: When, older_s: float) -> None:
        super().__init__(when)
        self._older_s = older_s

    def blow_by(self, call: Call, now_s: float) -> Blow | None:
        if not self.strikes_call(call, now_s):
            return None
        return Blow("forget-keys", call.target, {"older_s": self._older_s})


@reproducible_repr
def forgotten_keys(older_s: float = 0.0, of: str = ANY, at: str = ANY, **when: Any) -> Fault:
    """Let Stripe have forgotten, as a call is sent, every key that is older than `older_s` seconds.

    What was done under such a key is done again.  Stripe promises a day, after which the fake
    forgets by itself; this is what meets whoever tries again later than that.
    Source: https://docs.stripe.com/api/idempotent_requests
    """
    seconds(older_s=older_s)
    return _ForgottenKeys(When(**{"of": of, "at": at, **when}), older_s)

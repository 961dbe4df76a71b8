"""Calls that get lost on the way there, on the way back, or take their time.

`of` is the driver's method, `at` the host called and `by` who calls: `of="update_one",
at="stock-db", by="courier"`.  `mongo.update_one`, `stock-db.update_one` and, by the collection,
`stock.update_one` are names of the method too.
"""

from typing import Any, Final

from boxoffice.faults.amounts import seconds
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call, CallFault

_CHARGES: Final = "c*"  # charge, and the steps of a PaymentIntent: create, confirm, capture, cancel


class _Lost(ByPattern):
    occasion = Occasion.CALL

    def __init__(self, when: When, name: str, leg: str, kind: str = "") -> None:
        super().__init__(when)
        self.name = name
        self.kind = kind
        self._leg = leg

    def alter_call(self, call: Call, now_s: float, fault: CallFault) -> bool:
        if not self.strikes_call(call, now_s):
            return False
        if self._leg == "request":
            fault.lose_request = True
        else:
            fault.lose_response = True
        return True


class _Unheard(ByPattern):
    occasion = Occasion.CALL
    name = "late-effects"

    def __init__(self, when: When, by_s: float) -> None:
        super().__init__(when)
        self._by_s = by_s

    def alter_call(self, call: Call, now_s: float, fault: CallFault) -> bool:
        if not self.strikes_call(call, now_s):
            return False
        fault.unheard_s = self._by_s
        return True


class _Slow(ByPattern):
    occasion = Occasion.CALL
    name = "slow-calls"
    lasts = True

    def __init__(self, when: When, by_s: float) -> None:
        super().__init__(when)
        self._by_s = by_s

    def disturbance(self) -> Disturbance:
        callers, called = (
            (it,) if it not in ("", ANY) else () for it in (self.when.by, self.when.at)
        )
        return Disturbance("slow", callers, called, by_s=self._by_s)

    def alter_call(self, call: Call, now_s: float, fault: CallFault) -> bool:
        if not self.strikes_call(call, now_s):
            return False
        fault.request_delay_s += self._random.uniform(0.0, self._by_s)
        return True


@reproducible_repr
def lost_requests(**when: Any) -> Fault:
    """Lose requests: nothing happened, and the caller cannot know."""
    return _Lost(When(**when), "lost-requests", "request")


@reproducible_repr
def lost_responses(**when: Any) -> Fault:
    """Lose responses: it happened, and the caller cannot know."""
    return _Lost(When(**when), "lost-responses", "response")


@reproducible_repr
def late_effects(by_s: float = 1.0, **when: Any) -> Fault:
    """Let requests have their effect `by_s` seconds after their caller has given up.

    Nobody answers meanwhile, so that the caller waits as long as it ever does, and may have asked
    again before the first request arrives.  A message that nobody answers, an acknowledgement, is
    `by_s` seconds late.
    """
    seconds(by_s=by_s)
    return _Unheard(When(**when), by_s)


@reproducible_repr
def slow_calls(by_s: float = 1.0, **when: Any) -> Fault:
    """Delay requests by up to `by_s` seconds."""
    seconds(by_s=by_s)
    return _Slow(When(**when), by_s)


@reproducible_repr
def stripe_timeouts(charged: bool = True, **when: Any) -> Fault:
    """Let Stripe's answers stay away: after it has charged the card, or before."""
    leg = "response" if charged else "request"
    return _Lost(When(**{"of": _CHARGES, **when}), "stripe-timeouts", leg, kind="stripe")

"""A Stripe account on which others charge cards as well."""

from typing import Any

from boxoffice.faults.amounts import how_many
from boxoffice.faults.blows import Blow
from boxoffice.faults.by_pattern import ByPattern
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call


class _BusyAccount(ByPattern):
    name = "busy-account"
    occasion = Occasion.CALL
    moment = "before"
    kind = "stripe"

    def __init__(self, when: When, others: int) -> None:
        super().__init__(when)
        self._others = others

    def blow_by(self, call: Call, now_s: float) -> Blow | None:
        if not self.strikes_call(call, now_s):
            return None
        return Blow("charge-others", call.target, {"others": self._others})


@reproducible_repr
def busy_account(others: int = 100, of: str = "list", at: str = ANY, **when: Any) -> Fault:
    """Let so many cards have been charged by somebody else on the same account, as a call is sent.

    They are in Stripe's books like all others: a hundred are a whole page, the first of a list.
    Source: https://docs.stripe.com/api/pagination
    """
    how_many(others=others)
    return _BusyAccount(When(**{"of": of, "at": at, **when}), others)

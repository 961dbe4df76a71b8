"""Facts: what has to be so in the end, as plain functions that assert."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from traceback import extract_tb
from typing import Any, Final

from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant

OWN: Final = "fact: "  # how a learner's own are told from the shop's

Check = Callable[[Any], None]


def fact(check: Check) -> Invariant:
    """Return a fact about the end of a run.

    `check` is given what the run has left: `end.users`, `.tickets`, `.orders`, `.charges` and
    `.refunds`, documents by id; `end.messages`, what was published; `end.now_s`; and the way there,
    `end.writes("orders.orders")` and `end.of_kind("charge")`, events in their order.
    """

    def judge(end: Any) -> Finding:
        try:
            check(_copied(end))
        except AssertionError as failure:
            said = str(failure) or f"not so: {extract_tb(failure.__traceback__)[-1].line}"
            return Finding(True, [Breach(said)])
        return Finding(True)

    says = (check.__doc__ or check.__name__).strip().splitlines()[0]
    return Invariant(OWN + check.__name__.replace("_", "-"), Kind.FINALLY, says, judge)


def _copied(end: Any) -> Any:
    # What a learner does to a document is seen by no other judge.
    names = ("users", "tickets", "orders", "charges", "refunds")
    return replace(end, **{name: deepcopy(getattr(end, name)) for name in names})

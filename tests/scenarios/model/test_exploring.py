"""The machine of the contract: all that it can do, and what it can do without one of its rules."""

from pytest import mark, param

from scenarios.model.contract import Contract
from scenarios.model.exploring import explore
from scenarios.model.machine import Scope
from tests.real.tiers import UNHURRIED


class NoUniqueHold(Contract):
    def is_free(self, orders):
        return True


class NoHolderCheck(Contract):
    def is_holder(self, order, ticket):
        return True


class NoFencing(Contract):
    def is_later(self, hold, ticket):
        return True


class NoVersions(Contract):
    def is_next(self, heard, announced):
        return True


class NoGaps(Contract):
    def is_next(self, heard, announced):
        return announced > heard


class NoDuplicates(Contract):
    def is_next(self, heard, announced):
        return announced <= heard + 1


class NoConditionalWrite(Contract):
    def is_current(self, seen, ticket):
        return True


class NoEnd(Contract):
    def may_end(self, order):
        return True


class NoIdempotencyKey(Contract):
    def is_key_new(self, charges):
        return True


class SilenceIsRefusal(Contract):
    def is_refused(self, charges):
        return True


class NoRefund(Contract):
    def is_owed(self, mirror):
        return False


CANCELLED = ("orders hears ticket.created 0 of t", "order 1 is placed", "order 1 is cancelled")
PAID = ("payments hears order.created 0 of 1", "order 1 is being paid")
ONE_SEAT = Scope(orders=1, edits=1)
SETTLED = (
    "tickets hears order.created 0 of 1",
    "tickets hears order.cancelled 1 of 1",
    *PAID,
    "payments hears order.cancelled 1 of 1",
    "orders hears ticket.updated 1 of t",
    "orders hears ticket.updated 2 of t",
    "Stripe charges order 1",
)
BROKEN = {
    NoUniqueHold: ("no-double-sale", Scope(), [*CANCELLED[:2], "order 2 is placed"]),
    NoHolderCheck: (
        "holder-releases",
        Scope(),
        [
            *(*CANCELLED, "order 2 is placed"),
            "tickets hears order.created 0 of 1",
            "tickets hears order.created 0 of 2",
            "tickets hears order.cancelled 1 of 1",
        ],
    ),
    NoFencing: (
        "holder-releases",
        Scope(),
        [
            *(*CANCELLED, "order 2 is placed"),
            "tickets hears order.created 0 of 2",
            "tickets hears order.created 0 of 1",
        ],
    ),
    NoVersions: (
        "versions-step-by-one",
        Scope(),
        [*CANCELLED, "tickets hears order.cancelled 1 of 1"],
    ),
    NoGaps: (
        "versions-step-by-one",
        Scope(),
        [*CANCELLED, "tickets hears order.cancelled 1 of 1"],
    ),
    NoDuplicates: (
        "versions-step-by-one",
        Scope(),
        [
            *(*CANCELLED, "tickets hears order.created 0 of 1"),
            "tickets hears order.cancelled 1 of 1",
            "tickets hears order.created 0 of 1",
        ],
    ),
    NoConditionalWrite: (
        "versions-step-by-one",
        ONE_SEAT,
        [
            *("the seller looks", *CANCELLED[:2]),
            "tickets hears order.created 0 of 1",
            "the seller edits",
        ],
    ),
    NoEnd: (
        "terminal-is-final",
        Scope(),
        [
            *(*CANCELLED, *PAID, "Stripe charges order 1"),
            "payments records the charge of order 1",
            "orders hears payment.created 0 of p1",
        ],
    ),
    NoIdempotencyKey: (
        "charged-once",
        Scope(),
        [*CANCELLED[:2], *PAID, "Stripe charges order 1", "Stripe charges order 1"],
    ),
    SilenceIsRefusal: (
        "money-conserved",
        Scope(),
        [*CANCELLED, *SETTLED, "the card of order 1 is declined"],
    ),
    NoRefund: (
        "money-conserved",
        Scope(),
        [*CANCELLED, *SETTLED, "payments records the charge of order 1"],
    ),
}


@mark.parametrize("twin", BROKEN)
def test_without_one_of_its_rules_the_shop_breaks_by_this_shortest_way(twin):
    invariant, scope, way = BROKEN[twin]
    found = explore(twin(), scope)
    assert (found.broken, list(found.way)) == (invariant, way)


@mark.parametrize(
    ("scope", "states", "at_rest"),
    [
        param(Scope(orders=1, edits=1, payments=1), 2_517, 83),
        param(Scope(orders=2, edits=0, payments=1), 45_109, 137, marks=UNHURRIED),
        param(Scope(orders=2, edits=1, payments=0), 71_895, 406, marks=UNHURRIED),
    ],
)
def test_in_every_state_of_the_contract_every_invariant_holds(scope, states, at_rest):
    found = explore(Contract(), scope)
    assert (found.broken, found.states, found.at_rest) == ("", states, at_rest)

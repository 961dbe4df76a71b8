"""What may happen to a ticket, whatever comes first."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from pytest import mark, raises

from services.common.errors import Forbidden, Invalid, Stale
from services.common.events import TicketUpdated
from services.common.versioning import OutOfOrder
from services.tickets import domain
from services.tickets.domain import Cents, OrderId, Ticket, TicketId, UserId

SUE, ANA = UserId("sue"), UserId("ana")
FIRST, SECOND = OrderId("first"), OrderId("second")
TICKET = Ticket(TicketId("t"), "Front row", Cents(4_500), SUE)

# Two orders for one ticket, one after the other: order, version, and what the version says.
HISTORY = [
    (FIRST, 0, "created"),
    (FIRST, 1, "noted"),
    (FIRST, 2, "cancelled"),
    (SECOND, 0, "created"),
    (SECOND, 1, "noted"),
]


def say(ticket: Ticket, order: OrderId, version: int, what: str) -> domain.Change:
    if what == "created":
        return domain.reserve(ticket, order, version, hold=1 if order == FIRST else 2)
    if what == "cancelled":
        return domain.release(ticket, order, version)
    return domain.note(ticket, order, version)


def tell(order_of_arrival: list[int]) -> tuple[Ticket, list[TicketUpdated]]:
    """Deliver `HISTORY` in an order; what comes too early comes again at the end."""
    ticket, announced, waiting = TICKET, [], list(order_of_arrival)
    while waiting:
        number = waiting.pop(0)
        try:
            ticket, events = say(ticket, *HISTORY[number])
        except OutOfOrder:
            waiting.append(number)
        else:
            announced += events
    return ticket, announced


def test_the_later_order_holds_the_ticket_however_the_events_arrive():
    for order_of_arrival in permutations(range(5)):
        ticket, _ = tell(list(order_of_arrival))
        assert (ticket.holder, ticket.hold) == (SECOND, 2), order_of_arrival
        assert ticket.orders_applied == {FIRST: 2, SECOND: 1}, order_of_arrival


@given(st.lists(st.integers(0, 4), max_size=15), st.permutations(range(5)))
def test_any_order_and_any_repetition_ends_in_the_same_ticket(repetitions, order_of_arrival):
    ticket, announced = tell([*order_of_arrival, *repetitions])
    assert (ticket.holder, ticket.version) == (SECOND, 5)
    assert [event.version for event in announced] == [1, 2, 3, 4, 5]
    assert announced[-1].order_id == SECOND


def test_a_late_cancel_does_not_release_another_holder():
    ticket, _ = tell([0, 3, 1, 2])
    assert ticket.holder == SECOND


def test_a_repeated_event_changes_and_announces_nothing():
    held, _ = domain.reserve(TICKET, FIRST, 0, hold=1)
    assert domain.reserve(held, FIRST, 0, hold=1) == (held, [])
    assert domain.release(held, FIRST, 0) == (held, [])
    assert domain.note(held, FIRST, 0) == (held, [])


@mark.parametrize("what", ["cancelled", "noted"])
def test_a_version_that_overtakes_its_predecessor_has_to_wait(what):
    with raises(OutOfOrder, match="version 1 came after -1"):
        say(TICKET, FIRST, 1, what)


def test_an_edit_names_the_next_version():
    after, [event] = domain.edit(TICKET, SUE, "B", Cents(1), known=0)
    assert (after.title, after.price_cents, after.version) == ("B", 1, 1)
    assert (event.title, event.price, event.version, event.order_id) == ("B", 1, 1, None)


@mark.parametrize(
    ("seller", "known", "refusal"), [(ANA, None, Forbidden), (ANA, 7, Forbidden), (SUE, 7, Stale)]
)
def test_an_edit_is_refused_first_to_others_then_to_those_who_are_late(seller, known, refusal):
    with raises(refusal):
        domain.edit(TICKET, seller, "B", Cents(1), known)


def test_an_edit_of_a_held_ticket_is_refused():
    held, _ = domain.reserve(TICKET, FIRST, 0, hold=1)
    with raises(Invalid, match="reserved"):
        domain.edit(held, SUE, "B", Cents(1), None)


def test_a_new_ticket_is_announced_as_version_0():
    [event] = domain.offer(TICKET)
    assert (event.type, event.id, event.version, event.price) == ("ticket.created", "t", 0, 4_500)

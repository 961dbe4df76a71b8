"""The events of two orders for one ticket, crossing on their way to tickets."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as some
from pytest import mark

from services.common.versioning import OutOfOrder
from services.tickets import domain
from services.tickets.domain import Cents, OrderId, Ticket, TicketId, UserId

ANA, BEN = OrderId("ana"), OrderId("ben")
TICKET = Ticket(TicketId("t"), "Front row", Cents(4_500), UserId("sue"))


def created(order, hold):
    return lambda ticket: domain.reserve(ticket, order, 0, hold)


def noted(order):
    return lambda ticket: domain.note(ticket, order, 1)


def cancelled(order, version):
    return lambda ticket: domain.release(ticket, order, version)


ANAS = [created(ANA, 1), noted(ANA), cancelled(ANA, 2)]
BENS = [created(BEN, 2), noted(BEN)]
BENS_TOO_CANCELLED = [*BENS, cancelled(BEN, 2)]


def told(messages):
    """Deliver messages; one that comes too early is delivered again after the others."""
    ticket, announced, waiting = TICKET, [], list(messages)
    for _ in range(200):
        if not waiting:
            return ticket, announced
        message = waiting.pop(0)
        try:
            ticket, events = message(ticket)
        except OutOfOrder:
            waiting.append(message)
        else:
            announced += [event.version for event in events]
            assert len(events) <= 1
    raise AssertionError("a message waits for ever for the one before it")


@mark.parametrize("arrival", list(permutations(range(5))))
def test_the_later_order_holds_the_ticket_however_their_events_cross(arrival):
    messages = [*ANAS, *BENS]
    ticket, announced = told(messages[number] for number in arrival)
    assert (ticket.holder, ticket.hold, ticket.version) == (BEN, 2, 5)
    assert announced == [1, 2, 3, 4, 5]


@given(some.data())
def test_copies_change_nothing_wherever_they_arrive(data):
    messages = [*ANAS, *BENS]
    copies = data.draw(some.lists(some.sampled_from(messages), max_size=6))
    ticket, announced = told(data.draw(some.permutations(messages + copies)))
    assert (ticket.holder, ticket.hold, ticket.version) == (BEN, 2, 5)
    assert announced == [1, 2, 3, 4, 5]


@given(some.permutations([*ANAS, *BENS_TOO_CANCELLED]))
def test_the_ticket_is_free_once_both_orders_are_cancelled(messages):
    ticket, _ = told(messages)
    assert (ticket.holder, ticket.version) == (None, 6)


@given(some.permutations([*ANAS, *BENS_TOO_CANCELLED]))
def test_the_reservation_is_only_ever_released_for_the_order_that_holds_it(messages):
    holders = {ANAS[2]: ANA, BENS_TOO_CANCELLED[2]: BEN}
    ticket, waiting = TICKET, list(messages)
    while waiting:
        message = waiting.pop(0)
        before = ticket
        try:
            ticket, _ = message(before)
        except OutOfOrder:
            waiting.append(message)
        if before.holder and ticket.holder is None:
            assert holders[message] == before.holder

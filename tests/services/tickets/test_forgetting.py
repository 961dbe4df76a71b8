"""A ticket remembers what its orders have said, and does not grow with every order it ever had."""

import json
from dataclasses import replace
from itertools import count
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from pytest import mark, raises

from boxoffice.faults import duplicates
from services.common.versioning import OutOfOrder
from services.tickets import domain
from services.tickets.domain import (
    REMEMBERED,
    WAITED_FOR,
    Cents,
    OrderId,
    Ticket,
    TicketId,
    UserId,
)
from tests.services.orders.books import orders, said, tickets
from tests.services.shop import Shop

TICKET = Ticket(TicketId("t"), "Front row", Cents(4_500), UserId("sue"))
Message = tuple[OrderId, int, int, str]  # order, hold, version, what it says


def history(number: int) -> list[Message]:
    """Return all that the `number`-th order for a ticket says."""
    order = OrderId(f"order-{number}")
    said = ["created", "awaiting", "cancelled"]
    return [(order, number, version, what) for version, what in enumerate(said)]


def take(ticket: Ticket, message: Message) -> Ticket:
    order, hold, version, what = message
    if domain.is_forgotten(ticket, hold):
        return ticket
    if what == "created":
        after, events = domain.reserve(ticket, order, version, hold)
    elif what == "awaiting":
        after, events = domain.note(ticket, order, version)
    else:
        after, events = domain.release(ticket, order, version)
    return domain.end(after, order, hold) if events and what == "cancelled" else after


def all_of(numbers: range) -> list[Message]:
    return [message for number in numbers for message in history(number)]


def test_a_ticket_of_a_thousand_orders_is_as_large_as_one_of_twenty() -> None:
    ticket = TICKET
    for message in all_of(range(1, 1_001)):
        ticket = take(ticket, message)
        assert len(ticket.orders_applied) <= REMEMBERED + 1
        assert len(ticket.ended) <= REMEMBERED + 1


def test_whatever_a_forgotten_order_says_again_changes_nothing() -> None:
    ticket = TICKET
    for message in all_of(range(1, 101)):
        ticket = take(ticket, message)
    assert ticket.forgotten == 100 - REMEMBERED
    assert all(take(ticket, message) is ticket for message in all_of(range(1, 101)))


def test_an_order_that_says_nothing_for_long_is_waited_for() -> None:
    ticket = TICKET
    late = history(1)
    for message in all_of(range(2, 101)):
        ticket = take(ticket, message)
    assert ticket.forgotten == 0
    with raises(OutOfOrder):
        take(ticket, late[1])
    for message in late:
        ticket = take(ticket, message)
    assert ticket.forgotten == 100 - REMEMBERED
    assert ticket.holder is None


def test_an_end_that_does_not_say_its_number_is_kept() -> None:
    ticket, _ = domain.reserve(TICKET, OrderId("old"), 0, hold=1)
    assert domain.end(ticket, OrderId("old"), None) is ticket


@mark.parametrize("before", [1, 640])
def test_an_order_whose_end_is_not_known_does_not_keep_all_after_it(before: int) -> None:
    # An older release kept no number of an order that has ended.
    old = {OrderId(f"order-{number}"): 2 for number in range(1, before + 1)}
    ticket = replace(TICKET, orders_applied=old, hold=before, version=3 * before)
    for message in all_of(range(before + 1, before + 1_001)):
        ticket = take(ticket, message)
        assert len(ticket.orders_applied) <= before + WAITED_FOR + 1
        assert len(ticket.ended) <= WAITED_FOR + 1
    assert all(take(ticket, it) is ticket for it in all_of(range(1, before + 1_001)))


@given(st.integers(0, 2**32), st.integers(1, 60))
def test_in_any_order_and_with_any_copies_each_version_is_taken_once(seed: int, many: int) -> None:
    random = Random(seed)
    messages = all_of(range(1, many + 1))
    waiting = [*messages, *random.sample(messages, len(messages) // 2)]
    random.shuffle(waiting)
    ticket, taken = TICKET, 0
    while waiting:
        later = []
        for message in waiting:
            try:
                after = take(ticket, message)
            except OutOfOrder:
                later.append(message)
                continue
            taken += after is not ticket
            ticket = after
        waiting = later
    assert taken == len(messages) == ticket.version
    assert ticket.holder is None
    assert len(ticket.orders_applied) <= REMEMBERED


@mark.parametrize("faults", [[], [duplicates(share=0.3, within_s=20.0, at="tickets")]])
def test_a_ticket_ordered_and_let_go_many_times_stays_small(play, faults):
    rounds = 40

    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        for _ in range(rounds):
            order = await shop.placed(ana, ticket["id"])
            await ana.client.delete(f"/api/orders/{order['id']}")
        await shop.sleep(60)
        before = tickets(shop.world)
        await replay(shop, said_by_orders(shop))
        await shop.sleep(60)
        return before, tickets(shop.world), len(orders(shop.world))

    before, after, placed = play(script, faults=faults)
    assert placed == rounds
    assert before == after
    (ticket,) = after
    assert ticket["forgotten"] == rounds - REMEMBERED
    assert len(ticket["orders_applied"]) == REMEMBERED


def said_by_orders(shop: Shop):
    types = ("order.created", "order.awaiting-payment", "order.cancelled")
    return [(type, data) for type in types for data in said(shop.world, type)]


async def replay(shop: Shop, events) -> None:
    """Publish events again, under ids of their own."""
    stored = {
        (it["subject"], it["data"]["subject"]): it["data"]
        for it in shop.world.trace.of_kind("stored")
    }
    nats = shop.world.drivers(shop.world.hosts["tickets"]).nats
    numbers = count()
    for type, data in events:
        envelope = {**stored[type, data["id"]], "id": f"again-{next(numbers)}"}
        await nats.jetstream().publish(type, json.dumps(envelope).encode())

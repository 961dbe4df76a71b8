"""Reservations as they were told: who was answered what of one ticket, that cannot all be."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import ORDERS, Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges, id_in
from scenarios.shop.checks.linearizability import (
    NEVER,
    Deed,
    Operation,
    TooMany,
    contradiction,
)
from scenarios.shop.checks.open_orders import refused_for_nothing, told_to_wait_too_long, too_many
from scenarios.shop.checks.words import moment, short

RESERVED: Final = "reserved"  # the word by which an order is refused because of another one
# What is read in so long before a fail-over may be undone by it.
UNDONE_US: Final = 1_000_000


@dataclass(slots=True)
class Tickets:
    """The operations on each ticket, and what is known of orders meanwhile."""

    operations: dict[str, list[Operation]] = field(default_factory=dict)
    ticket_of: dict[str, str] = field(default_factory=dict)  # by order
    placed: dict[str, int] = field(default_factory=dict)  # order → when it was begun to be
    made: dict[int, TraceEvent] = field(default_factory=dict)  # request → what it wrote of an order

    def add(self, ticket: str, operation: Operation) -> None:
        """Take down an operation on a ticket."""
        self.operations.setdefault(ticket, []).append(operation)


def reservations_as_told(evidence: Evidence) -> Finding:
    """Look for an order in which all reservations of a ticket can have been as they were told."""
    tickets = Tickets()
    _written(evidence, tickets)
    _ended(evidence, tickets)
    overs = [it.at_us for it in evidence.of_kind("failover") if it.host == "orders-db"]
    asked = set(tickets.made)
    for it in exchanges(evidence):
        asked.discard(it.request.number)
        for ticket, operation in _told(it, tickets):
            if not _may_be_undone(it, operation, overs):
                tickets.add(ticket, operation)
    for number in sorted(asked):  # whose answer is still awaited
        write = tickets.made[number]
        if write["before"] is None:
            tickets.add(tickets.ticket_of[write["id"]], _placed(write, number, write.number))
    found = _judged(tickets)
    if overs:  # who was refused for what is undone was told of what has never been
        return found
    breaches = [*found.breaches, *too_many(evidence), *refused_for_nothing(evidence)]
    breaches += told_to_wait_too_long(evidence)
    return replace(found, breaches=breaches)


def _judged(tickets: Tickets) -> Finding:
    tested, breaches, undecided = False, [], ""
    for ticket, operations in tickets.operations.items():
        tested |= any(it.deed is Deed.PLACE for it in operations)
        try:
            found = contradiction(operations)
        except TooMany:
            undecided = f"ticket {short(ticket)} was ordered by too many at once to say"
            continue
        if found:
            said = "; ".join(it.words for it in found)
            numbers = [number for it in found for number in it.events]
            breaches.append(Breach(f"ticket {short(ticket)}: {said}: that cannot be", numbers))
    return Finding(tested, breaches, undecided=undecided)


# --- what was written -----------------------------------------------------------------------------


def _written(evidence: Evidence, tickets: Tickets) -> None:
    for write in evidence.writes(ORDERS):
        document = write["after"] or write["before"]
        tickets.ticket_of[write["id"]] = document["ticket"]["id"]
        if write["before"] is None:
            tickets.placed[write["id"]] = write.number if write.cause is None else write.cause
        if write.cause is not None and evidence.event(write.cause).kind == "request":
            tickets.made[write.cause] = write


def _placed(write: TraceEvent, began: int, ended: int) -> Operation:
    words = f"order {short(write['id'])} was placed, by what nobody was answered,"
    said = f"{words} at {moment(write.at_us)}"
    return Operation(Deed.PLACE, write["id"], began, ended, said, (write.number,))


def _ended(evidence: Evidence, tickets: Tickets) -> None:
    """Take down how orders were cancelled, asked for or not, as they were written."""
    for write in evidence.writes(ORDERS):
        id, after = write["id"], write["after"]
        if after is None or after["status"] != "cancelled":
            continue
        asked = write.cause is not None and write.cause in tickets.made
        began = write.cause if asked else tickets.placed.get(id)
        said = f"order {short(id)} was cancelled at {moment(write.at_us)}"
        ended = Operation(Deed.END, id, began or 0, write.number, said, (write.number,))
        tickets.add(tickets.ticket_of[id], ended)


# --- what was answered ----------------------------------------------------------------------------


def _may_be_undone(it: Exchange, operation: Operation, overs: list[int]) -> bool:
    # What is placed was confirmed by a majority; the others may have been told what was undone.
    since, until = it.request.at_us, it.response.at_us + UNDONE_US
    return operation.deed is not Deed.PLACE and any(since <= at_us <= until for at_us in overs)


def _told(it: Exchange, tickets: Tickets) -> Iterator[tuple[str, Operation]]:
    if it.call == "POST /api/orders":
        yield from _ordering(it, tickets)
    elif order := id_in(it.call, "DELETE /api/orders"):
        if it.status == 204 and order in tickets.ticket_of:
            yield tickets.ticket_of[order], _operation(it, Deed.END, order, "was answered 204")
    elif it.call.startswith("GET /api/orders") and it.status == 200:
        for body in it.body if isinstance(it.body, list) else [it.body]:
            shown = Deed.ENDED if body["status"] == "cancelled" else Deed.OPEN
            said = f"was shown order {short(body['id'])}, {body['status']},"
            yield body["ticket"]["id"], _operation(it, shown, body["id"], said)


def _ordering(it: Exchange, tickets: Tickets) -> Iterator[tuple[str, Operation]]:
    ticket, write = str(it.asked.get("ticketId")), tickets.made.get(it.request.number)
    if it.status == 201:
        id = it.body["id"]
        yield ticket, _operation(it, Deed.PLACE, id, f"was answered order {short(id)}")
    elif it.status == 400 and RESERVED in it.said:
        yield ticket, _operation(it, Deed.REFUSED, "", f"was answered {it.said}")
    elif write is not None and write["before"] is None:
        yield ticket, _placed(write, it.request.number, max(write.number, it.request.number))
    elif not 400 <= it.status < 500:  # it may have been there, and have been taken back
        id, began = f"of {it.request.number}", it.request.number
        yield ticket, Operation(Deed.PLACE, id, began, NEVER, sure=False)
        yield ticket, Operation(Deed.END, id, began, NEVER, sure=False)


def _operation(it: Exchange, deed: Deed, order: str, said: Any) -> Operation:
    request, response = it.request, it.response
    what = "orders it" if deed in (Deed.PLACE, Deed.REFUSED) else it.request["method"]
    who = f"{request.host}, who asked at {moment(request.at_us)}"
    how = {"orders it": "to order it", "DELETE": f"to cancel order {short(order)}"}.get(what, "")
    words = f"{who} {how}".rstrip() + f", {said} at {moment(response.at_us)}"
    numbers = (request.number, response.number)
    return Operation(deed, order, request.number, response.number, words, numbers)

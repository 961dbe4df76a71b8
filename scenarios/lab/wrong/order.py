"""Notebook 4."""

from scenarios.lab.wrong.answers import Wrong
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


def newest_wins(aggregate: str, *, applied: int, announced: int) -> bool:
    return announced > applied


def drops_what_is_early(aggregate: str, *, applied: int, announced: int) -> bool:
    return announced == applied + 1


def the_last_word_wins(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    return _after(ticket, order, version, holder=order, hold=hold)


def first_come_first_served(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder is not None:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)


WRONG = (
    Wrong(
        "is-next",
        "the newest version is the truth, so the ones between can be skipped",
        newest_wins,
        "versions-step-by-one",
        "return announced > applied",
    ),
    Wrong(
        "is-next",
        "what does not fit now is thrown away",
        drops_what_is_early,
        "reservation-agrees",
        "return announced == applied + 1",
    ),
    Wrong(
        "reserve",
        "what arrives last was said last",
        the_last_word_wins,
        "holder-releases",
        "return _after",
    ),
    Wrong(
        "reserve",
        "a seat that is held is held",
        first_come_first_served,
        "reservation-agrees",
        "return _after",
    ),
)

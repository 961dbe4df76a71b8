"""Notebook 4."""

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.versioning import OutOfOrder
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


def lets_one_be_missing(aggregate: str, *, applied: int, announced: int) -> bool:
    if announced > applied + 2:
        raise OutOfOrder(aggregate)
    return announced > applied


def takes_the_last_again(aggregate: str, *, applied: int, announced: int) -> bool:
    if announced > applied + 1:
        raise OutOfOrder(aggregate)
    return announced >= applied


def nothing_is_news(aggregate: str, *, applied: int, announced: int) -> bool:
    return False


def reserves_again(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if hold < ticket.hold:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)


def writes_down_the_lower(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    if _seen(ticket, order, version):
        return ticket, []
    if hold < ticket.hold:
        return _after(ticket, order, version, hold=hold)
    return _after(ticket, order, version, holder=order, hold=hold)


WRONG = (
    WrongAnswer(
        "is-next",
        "the newest version is the truth, so the ones between can be skipped",
        newest_wins,
        "versions-step-by-one",
        "return announced > applied",
    ),
    WrongAnswer(
        "is-next",
        "what does not fit now is thrown away",
        drops_what_is_early,
        "taken-once",
        "return announced == applied + 1",
    ),
    WrongAnswer(
        "reserve",
        "what arrives last was said last",
        the_last_word_wins,
        "holder-releases",
        "return _after",
    ),
    WrongAnswer(
        "reserve",
        "a seat that is held is held",
        first_come_first_served,
        "reservation-agrees",
        "return _after",
    ),
    WrongAnswer(
        "is-next",
        "one that is missing will not be missed",
        lets_one_be_missing,
        "versions-step-by-one",
        "return announced > applied",
    ),
    WrongAnswer(
        "is-next",
        "the same version again does no harm",
        takes_the_last_again,
        "taken-once",
        "return announced >= applied",
    ),
    WrongAnswer(
        "is-next",
        "if in doubt, it was there before",
        nothing_is_news,
        "taken-once",
        "return False",
    ),
    WrongAnswer(
        "reserve",
        "holds say enough, so a copy does no harm",
        reserves_again,
        "reservation-agrees",
        "return _after",
    ),
    WrongAnswer(
        "reserve",
        "the hold is that of the order last heard of",
        writes_down_the_lower,
        "holds-grow",
        "hold=hold",
    ),
)

"""The door for people: what is for sale."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import StringConstraints

from services.common.errors import Invalid
from services.common.http import After, Body, Limit, ObjectIdText, next_page, refusals
from services.common.money import Dollars, to_cents, to_dollars
from services.common.session import SignedIn
from services.common.text import OneLine
from services.tickets.domain import Cents, Ticket, TicketId, UserId
from services.tickets.use_cases import TicketsForPeople

router = APIRouter(prefix="/api/tickets")

# Anybody may see it, and it may change at any moment.
_PUBLIC: Final = {"Cache-Control": "no-cache"}
_ETAG: Final = re.compile(r'"(\d{1,18})"')


class Offer(Body):
    title: Annotated[
        OneLine, StringConstraints(strict=True, strip_whitespace=True, min_length=1, max_length=200)
    ]
    price: Dollars


class TicketBody(Body):
    id: str
    title: str
    price: float
    user_id: str
    version: int
    order_id: str | None = None


async def _tickets(request: Request) -> TicketsForPeople:
    tickets: TicketsForPeople = request.app.state.tickets
    return tickets


Tickets = Annotated[TicketsForPeople, Depends(_tickets)]
IfMatch = Annotated[str | None, Header()]


@router.post("", status_code=201, responses=refusals(401), response_model_exclude_none=True)
async def offer(body: Offer, seller: SignedIn, tickets: Tickets) -> TicketBody:
    ticket = await tickets.offer(UserId(seller.id), body.title, Cents(to_cents(body.price)))
    return _body(ticket)


@router.get("", responses=refusals(), response_model_exclude_none=True)
async def list_for_sale(
    response: Response, tickets: Tickets, limit: Limit = 50, after: After = None
) -> list[TicketBody]:
    found = await tickets.for_sale(limit + 1, TicketId(after) if after else None)
    page = found[:limit]
    response.headers.update(_PUBLIC)
    if len(found) > limit:
        response.headers["Link"] = next_page("/api/tickets", limit, page[-1].id)
    return [_body(ticket) for ticket in page]


@router.get("/{id}", responses=refusals(404), response_model_exclude_none=True)
async def show(id: ObjectIdText, response: Response, tickets: Tickets) -> TicketBody:
    ticket = await tickets.show(TicketId(id))
    response.headers.update(_PUBLIC | {"ETag": f'"{ticket.version}"'})
    return _body(ticket)


@router.put("/{id}", responses=refusals(401, 403, 404, 409, 412), response_model_exclude_none=True)
async def edit(
    id: ObjectIdText,
    body: Offer,
    seller: SignedIn,
    response: Response,
    tickets: Tickets,
    if_match: IfMatch = None,
) -> TicketBody:
    ticket = await tickets.edit(
        TicketId(id),
        UserId(seller.id),
        body.title,
        Cents(to_cents(body.price)),
        _version_in(if_match),
    )
    response.headers["ETag"] = f'"{ticket.version}"'
    return _body(ticket)


def _version_in(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Invalid('If-Match takes the ETag of a ticket, as in "3"', "If-Match")
    return int(found[1])


def _body(ticket: Ticket) -> TicketBody:
    return TicketBody(
        id=ticket.id,
        title=ticket.title,
        price=to_dollars(ticket.price_cents),
        user_id=ticket.user_id,
        version=ticket.version,
        order_id=ticket.holder,
    )

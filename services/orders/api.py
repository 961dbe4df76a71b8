"""The door for people: orders."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.common.clock import iso
from services.common.http import After, Body, Limit, ObjectIdText, next_page, refusals
from services.common.money import to_dollars
from services.common.session import SignedIn
from services.orders.domain import Order, OrderId, TicketId, UserId
from services.orders.use_cases import OrdersForPeople

router = APIRouter(prefix="/api/orders")


class Wish(Body):
    ticket_id: ObjectIdText


class OrderedTicketBody(Body):
    id: str
    title: str
    price: float


class OrderBody(Body):
    id: str
    user_id: str
    status: str
    expires_at: str
    version: int
    ticket: OrderedTicketBody


async def _orders(request: Request) -> OrdersForPeople:
    orders: OrdersForPeople = request.app.state.orders
    return orders


Orders = Annotated[OrdersForPeople, Depends(_orders)]


@router.post("", status_code=201, responses=refusals(401, 404, 429))
async def place(body: Wish, buyer: SignedIn, orders: Orders) -> OrderBody:
    return _body(await orders.place(UserId(buyer.id), TicketId(body.ticket_id)))


@router.get("", responses=refusals(401))
async def list_own(
    response: Response, buyer: SignedIn, orders: Orders, limit: Limit = 50, after: After = None
) -> list[OrderBody]:
    wanted = OrderId(after) if after else None
    found = await orders.of(UserId(buyer.id), limit + 1, wanted)
    page = found[:limit]
    if len(found) > limit:
        response.headers["Link"] = next_page("/api/orders", limit, page[-1].id)
    return [_body(order) for order in page]


@router.get("/{id}", responses=refusals(401, 403, 404))
async def show(id: ObjectIdText, buyer: SignedIn, orders: Orders) -> OrderBody:
    return _body(await orders.show(OrderId(id), UserId(buyer.id)))


@router.delete("/{id}", status_code=204, responses=refusals(401, 403, 404))
async def cancel(id: ObjectIdText, buyer: SignedIn, orders: Orders) -> None:
    await orders.cancel(OrderId(id), UserId(buyer.id))


def _body(order: Order) -> OrderBody:
    ticket = OrderedTicketBody(
        id=order.ticket_id, title=order.title, price=to_dollars(order.price_cents)
    )
    return OrderBody(
        id=order.id,
        user_id=order.user_id,
        status=order.status,
        expires_at=iso(order.expires_at),
        version=order.version,
        ticket=ticket,
    )

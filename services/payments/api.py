"""The door for people: payments."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import StringConstraints

from services.common.connection_draining import OutOfTime, in_time
from services.common.http import Body, ObjectIdText, refusals
from services.common.session import SignedIn
from services.payments.domain import OrderId, Payment, PaymentId, Status, UserId
from services.payments.use_cases import PaymentsForPeople

router = APIRouter(prefix="/api/payments")


class Card(Body):
    token: Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9_]{1,200}$")]
    order_id: ObjectIdText


class PaymentBody(Body):
    id: str
    order_id: str
    status: str


async def _payments(request: Request) -> PaymentsForPeople:
    payments: PaymentsForPeople = request.app.state.payments
    return payments


Payments = Annotated[PaymentsForPeople, Depends(_payments)]


@router.post(
    "", status_code=201, responses=refusals(401, 402, 403, 404) | {202: {"model": PaymentBody}}
)
async def pay(
    body: Card, buyer: SignedIn, request: Request, response: Response, payments: Payments
) -> PaymentBody:
    order, user = OrderId(body.order_id), UserId(buyer.id)
    try:
        payment = await in_time(request, payments.pay(order, user, body.token))
    except OutOfTime:
        payment = await payments.begun(order, user)  # another process will hear from Stripe
    if payment.status is Status.PENDING:
        response.status_code = 202
    return _body(order, payment)


@router.get("/{id}", responses=refusals(401, 403, 404))
async def show(id: ObjectIdText, buyer: SignedIn, payments: Payments) -> PaymentBody:
    order, payment = await payments.show(PaymentId(id), UserId(buyer.id))
    return _body(order, payment)


def _body(order: OrderId, payment: Payment) -> PaymentBody:
    return PaymentBody(id=payment.id, order_id=order, status=payment.status)

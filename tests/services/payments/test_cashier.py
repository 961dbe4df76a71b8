import asyncio
from datetime import UTC, datetime

import stripe
from pytest import mark

from services.common.stripe_client import stripe_client
from services.payments.cashier import Cashier, Refused, Unknown
from services.payments.domain import Cents, Order, OrderId, Payment, PaymentId, Status, UserId

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ORDER = Order(OrderId("o" * 24), UserId("u" * 24), Cents(4_500), NOW)
PAYMENT = Payment(PaymentId("p" * 24), Status.PENDING, "tok_visa", 1, NOW)


class Failing(stripe.HTTPClient):
    """A transport on which every request is answered with one error."""

    name = "failing"

    def __init__(self, status, kind):
        super().__init__()
        self._answer = (b'{"error": {"type": "%s", "message": "no"}}' % kind.encode(), status, {})

    async def request_async(self, method, url, headers, post_data=None):
        return self._answer


@mark.parametrize(
    ("status", "kind", "outcome"),
    [
        (402, "card_error", Refused),
        (400, "invalid_request_error", Refused),
        (409, "idempotency_error", Unknown),
        (409, "invalid_request_error", Unknown),
        (429, "invalid_request_error", Unknown),
        (500, "api_error", Unknown),
        (401, "invalid_request_error", Unknown),
    ],
)
def test_only_what_stripe_will_never_do_counts_as_refused(status, kind, outcome):
    client = stripe_client("sk", Failing(status, kind))
    assert type(asyncio.run(Cashier(client).charge(ORDER, PAYMENT))) is outcome

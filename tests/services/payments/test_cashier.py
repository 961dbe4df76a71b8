import asyncio
import json
from datetime import UTC, datetime

import stripe
from pytest import mark

from services.common.stripe_client import stripe_client
from services.payments.cashier import DECLINED, Cashier, Refused, Unknown
from services.payments.domain import Cents, Order, OrderId, Payment, PaymentId, Status, UserId

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ORDER = Order(OrderId("o" * 24), UserId("u" * 24), Cents(4_500), NOW)
PAYMENT = Payment(PaymentId("p" * 24), Status.PENDING, "tok_visa", 1, NOW)


class Failing(stripe.HTTPClient):
    """A transport on which every request is answered with one error."""

    name = "failing"

    def __init__(self, status, kind, **more):
        super().__init__()
        error = {"type": kind, "message": "no", **more}
        self._answer = json.dumps({"error": error}).encode(), status, {}

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


@mark.parametrize(
    ("kind", "more", "told"),
    [
        ("card_error", {"code": "card_declined", "decline_code": "lost_card"}, DECLINED),
        ("card_error", {"code": "expired_card"}, "The card has expired"),
        ("card_error", {"decline_code": "insufficient_funds"}, "The card has insufficient funds"),
        ("invalid_request_error", {"code": "resource_missing"}, DECLINED),
    ],
)
def test_a_buyer_is_told_of_a_refusal_in_our_words_and_an_operator_in_stripes(kind, more, told):
    client = stripe_client("sk", Failing(402, kind, **more))
    assert asyncio.run(Cashier(client).charge(ORDER, PAYMENT)) == Refused("no", told)

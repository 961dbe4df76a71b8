"""Stripe in one process: charges, refunds, declines, and idempotency keys with Stripe's rules.

Rules: https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/testing
The client is the official one; only its HTTP client is replaced, by one that crosses a link.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import stripe

from services.common.stripe_client import stripe_client
from sim.network import Link, LinkError
from sim.trace import Trace

Body = dict[str, Any]
Answer = tuple[int, Body]

# Stripe's own test tokens, and what each leads to.
DECLINES: Final[Mapping[str, tuple[str, str]]] = {
    "tok_chargeDeclined": ("generic_decline", "Your card was declined."),
    "tok_chargeDeclinedInsufficientFunds": (
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "tok_chargeDeclinedExpiredCard": ("expired_card", "Your card has expired."),
}
# The parameters that are spoken here, and whether each is a number, a text or a table.
_CHARGE: Final = {"amount": "integer", "currency": "string", "source": "string", "metadata": "hash"}
_REFUND: Final = {"charge": "string", "metadata": "hash"}
GOOD_TOKENS: Final = ("tok_visa", "tok_mastercard", "tok_amex")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What an idempotency key was first used for, and what was answered."""

    path: str
    form: Mapping[str, str]
    answer: Answer


class FakeStripeServer:
    """Charges and refunds, by id; `answers` holds what was said to each idempotency key."""

    def __init__(self, trace: Trace) -> None:
        self.charges: dict[str, Body] = {}
        self.refunds: dict[str, Body] = {}
        self._answers: dict[str, _Kept] = {}
        self._trace = trace

    def handle(self, method: str, path: str, form: Mapping[str, str], key: str | None) -> Answer:
        """Do one request, unless its key was used before."""
        kept = self._answers.get(key) if key else None
        if kept is not None:
            if (kept.path, kept.form) != (path, form):
                return _error(400, "idempotency_error", f"Key {key} was used for something else.")
            self._tell(path, form, key, kept.answer, replayed=True)
            return kept.answer
        answer = self._do(method, path, form)
        if key and _began(answer):
            status, body = answer
            self._answers[key] = _Kept(path, dict(form), (status, dict(body)))
        if method == "post":
            self._tell(path, form, key, answer, replayed=False)
        return answer

    def _do(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        match method, path.strip("/").split("/"):
            case "post", ["v1", "charges"]:
                return _invalid(form, _CHARGE) or self._charge(form)
            case "get", ["v1", "charges", id]:
                found = self.charges.get(id)
                return (200, found) if found else _missing("charge", id)
            case "post", ["v1", "refunds"]:
                return _invalid(form, _REFUND) or self._refund(form)
        return _error(404, "invalid_request_error", f"Unrecognized request URL ({path}).")

    def _charge(self, form: Mapping[str, str]) -> Answer:
        amount, token = int(form.get("amount", "0")), form.get("source", "")
        if amount < 50:
            message = "Amount must be at least $0.50 usd"
            return _error(400, "invalid_request_error", message, code="amount_too_small")
        if token in DECLINES:
            code, message = DECLINES[token]
            return _error(402, "card_error", message, code="card_declined", decline_code=code)
        if token not in GOOD_TOKENS:
            return _missing("token", token)
        charge: Body = {
            "id": f"ch_{len(self.charges) + 1:08d}",
            "object": "charge",
            "amount": amount,
            "amount_refunded": 0,
            "currency": form.get("currency", ""),
            "metadata": {"order_id": form.get("metadata[order_id]", "")},
            "paid": True,
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge["id"]] = charge
        return 200, charge

    def _refund(self, form: Mapping[str, str]) -> Answer:
        charge = self.charges.get(form.get("charge", ""))
        if charge is None:
            return _missing("charge", form.get("charge", ""))
        if charge["refunded"]:
            message = f"Charge {charge['id']} has already been refunded."
            return _error(400, "invalid_request_error", message, code="charge_already_refunded")
        refund = {
            "id": f"re_{len(self.refunds) + 1:08d}",
            "object": "refund",
            "amount": charge["amount"],
            "charge": charge["id"],
            "status": "succeeded",
        }
        self.refunds[refund["id"]] = refund
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        return 200, refund

    def _tell(
        self, path: str, form: Mapping[str, str], key: str | None, answer: Answer, replayed: bool
    ) -> None:
        status, body = answer
        self._trace.record(
            "stripe",
            "refund" if path.endswith("refunds") else "charge",
            order=form.get("metadata[order_id]"),
            key=key,
            amount=body.get("amount"),
            outcome="succeeded" if status == 200 else body["error"].get("code", "refused"),
            id=body.get("id"),
            replayed=replayed,
        )


class FakeStripeHttp(stripe.HTTPClient):
    """The transport of the official client, across a link instead of the internet."""

    name = "boxoffice-sim"

    def __init__(self, server: FakeStripeServer, link: Link) -> None:
        super().__init__()
        self._server = server
        self._link = link

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Carry one request.  Raises: stripe.APIConnectionError."""
        path = "/" + url.split("://", 1)[-1].split("/", 1)[-1]
        form, key = dict(parse_qsl(post_data or "")), headers.get("Idempotency-Key")
        verb = "refund" if path.endswith("refunds") else "charge"
        about = form.get("metadata[order_id]", "")
        try:
            status, body = await self._link.call(
                verb, about, lambda: self._server.handle(method, path, form, key)
            )
        except LinkError as error:
            text = f"Stripe did not answer: {error}"
            raise stripe.APIConnectionError(text) from None  # type: ignore[no-untyped-call]
        return json.dumps(body).encode(), status, {"Request-Id": f"req_{key}"}

    async def close_async(self) -> None:
        """There is nothing to close."""


def fake_stripe(server: FakeStripeServer, link: Link) -> stripe.StripeClient:
    """Return the official client on a fake server."""
    return stripe_client("sk_test_sim", FakeStripeHttp(server, link))


def _began(answer: Answer) -> bool:
    # Stripe keeps no answer to a request that failed validation before anything was begun.
    status, body = answer
    return status < 400 or body["error"]["type"] == "card_error"


def _error(status: int, kind: str, message: str, **more: str) -> Answer:
    return status, {"error": {"type": kind, "message": message, **more}}


def _invalid(form: Mapping[str, str], known: Mapping[str, str]) -> Answer | None:
    for field, value in form.items():
        name, bracket, _ = field.partition("[")  # an entry of a table is metadata[order_id]
        if name not in known:
            text = f"Received unknown parameter: {name}"
            return _error(400, "invalid_request_error", text, code="parameter_unknown")
        if not _fits(value, known[name], is_entry=bool(bracket)):
            text = f"Invalid {known[name]}: {value}"
            return _error(400, "invalid_request_error", text, param=name)
    return None


def _fits(value: str, kind: str, *, is_entry: bool) -> bool:
    if kind == "integer" and not value.isdecimal():
        return False
    return is_entry == (kind == "hash")


def _missing(what: str, id: str) -> Answer:
    message = f"No such {what}: '{id}'"
    return _error(400, "invalid_request_error", message, code="resource_missing")

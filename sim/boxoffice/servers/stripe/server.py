"""Charges, refunds and declines, and idempotency keys, by Stripe's rules.

Rules: https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/testing
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from boxoffice.servers.stripe import books
from boxoffice.servers.stripe.answers import Answer, Body, error, invalid, is_kept, missing, refusal
from boxoffice.servers.stripe.forms import CHARGE, REFUND, metadata_of, unfit
from boxoffice.servers.stripe.keys import Keys
from boxoffice.trace.trace import Trace

# Stripe's own test tokens, and what each leads to.
DECLINES: Final[Mapping[str, tuple[str, str]]] = {
    "tok_chargeDeclined": ("generic_decline", "Your card was declined."),
    "tok_chargeDeclinedInsufficientFunds": (
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    "tok_chargeDeclinedExpiredCard": ("expired_card", "Your card has expired."),
}
GOOD_TOKENS: Final = ("tok_visa", "tok_mastercard", "tok_amex")
# Of what is charged in dollars.  Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
LEAST_CENTS: Final = 50
GREATEST_CENTS: Final = 99_999_999
# By these names an event of the trace has something else than an entry of the metadata.
_TAKEN: Final = frozenset(
    {"n", "us", "host", "kind", "cause", "cause_number"}
    | {"key", "amount", "outcome", "id", "replayed"}
)


class FakeStripeServer:
    """Charges and refunds, by id; keys are remembered by the clock `now_s`, in seconds since 1970.

    Without a clock of its own, all happens at its beginning.
    """

    def __init__(self, trace: Trace, now_s: Callable[[], float] = lambda: 0.0) -> None:
        self.charges: dict[str, Body] = {}
        self.refunds: dict[str, Body] = {}
        self._keys = Keys(now_s)
        self._trace = trace
        self._now_s = now_s

    def handle(self, method: str, path: str, form: Mapping[str, str], key: str | None) -> Answer:
        """Do one request, unless its key was used before."""
        kept = self._keys.find(key)
        if kept is not None:
            if (kept.path, kept.form) != (path, form):
                return error(400, "idempotency_error", f"Key {key} was used for something else.")
            self._tell(path, form, key, kept.answer, replayed=True)
            return kept.answer
        answer = self._do(method, path, form)
        if key and _began(answer):
            self._keys.keep(key, path, form, answer)
        if method == "post":
            self._tell(path, form, key, answer, replayed=False)
        return answer

    def refuse(
        self,
        says: str,
        done: bool,
        method: str,
        path: str,
        form: Mapping[str, str],
        key: str | None,
    ) -> Answer:
        """Answer with the error `says`; with `done`, only after having done what was asked.

        What is said once the work has begun is kept under the key, and what was kept before stands:
        so a 500 comes again, and 409 and 429 do not.
        """
        answer = refusal(says)
        if is_kept(answer) and self._keys.find(key) is not None:
            return self.handle(method, path, form, key)
        if done:
            self.handle(method, path, form, key)
        elif method == "post":
            self._tell(path, form, key, answer, replayed=False)
        if key and is_kept(answer):
            self._keys.keep(key, path, form, answer)
        return answer

    def _do(self, method: str, path: str, form: Mapping[str, str]) -> Answer:
        match method, path.strip("/").split("/"):
            case "post", ["v1", "charges"]:
                return unfit(form, CHARGE) or self._charge(form)
            case "get", ["v1", "charges"]:
                return books.page(self.charges, path, "charge", form)
            case "get", ["v1", "charges", "search"]:
                return books.search(self.charges, path, form, self._now_s())
            case "get", ["v1", "charges", id]:
                found = self.charges.get(id)
                return (200, found) if found else (404, missing("charge", id)[1])
            case "post", ["v1", "refunds"]:
                return unfit(form, REFUND) or self._refund(form)
            case "get", ["v1", "refunds"]:
                return books.page(self.refunds, path, "refund", form)
        return error(404, "invalid_request_error", f"Unrecognized request URL ({path}).")

    def _charge(self, form: Mapping[str, str]) -> Answer:
        amount, token = int(form.get("amount", "0")), form.get("source", "")
        if amount < LEAST_CENTS:
            return invalid("Amount must be at least $0.50 usd", code="amount_too_small")
        if amount > GREATEST_CENTS:
            return invalid("Amount must be no more than $999,999.99", code="amount_too_large")
        if token in DECLINES:
            code, message = DECLINES[token]
            return error(402, "card_error", message, code="card_declined", decline_code=code)
        if token not in GOOD_TOKENS:
            return missing("token", token)
        charge: Body = {
            "id": f"ch_{len(self.charges) + 1:08d}",
            "object": "charge",
            "amount": amount,
            "amount_refunded": 0,
            "created": int(self._now_s()),
            "currency": form.get("currency", ""),
            "metadata": metadata_of(form),
            "paid": True,
            "refunded": False,
            "status": "succeeded",
        }
        self.charges[charge["id"]] = charge
        return 200, charge

    def _refund(self, form: Mapping[str, str]) -> Answer:
        charge = self.charges.get(form.get("charge", ""))
        if charge is None:
            return missing("charge", form.get("charge", ""))
        if charge["refunded"]:
            message = f"Charge {charge['id']} has already been refunded."
            return invalid(message, code="charge_already_refunded")
        refund = {
            "id": f"re_{len(self.refunds) + 1:08d}",
            "object": "refund",
            "amount": charge["amount"],
            "charge": charge["id"],
            "created": int(self._now_s()),
            "metadata": metadata_of(form),
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
            **_labels(form),
            key=key,
            amount=body.get("amount"),
            outcome="succeeded" if status == 200 else body["error"].get("code", "refused"),
            id=body.get("id"),
            replayed=replayed,
        )


def _labels(form: Mapping[str, str]) -> dict[str, Any]:
    # Of a `parcel_id` the parcel, as every other event names what it is about.
    labels = {name.removesuffix("_id"): value for name, value in metadata_of(form).items()}
    return {f"metadata[{it}]" if it in _TAKEN else it: value for it, value in labels.items()}


def _began(answer: Answer) -> bool:
    # Stripe keeps no answer to a request that failed validation before anything was begun.
    status, body = answer
    if status < 400 or body["error"]["type"] == "card_error":
        return True
    return bool(body["error"].get("code") == "charge_already_refunded")

"""What Stripe answers, as it stands on the wire, and which of it is kept under a key.

Source: https://docs.stripe.com/api/errors, https://docs.stripe.com/error-codes
"""

from typing import Any, Final

REFUND_FAILED: Final = "refund_failed"  # what a fault says, and Stripe in no error
Body = dict[str, Any]
Answer = tuple[int, Body]

# Said before the work is begun, so that nothing of it is kept under the request's key.
# Source: https://docs.stripe.com/error-low-level, on idempotency
_BEFORE_IT_BEGINS: Final = {
    401: ("invalid_request_error", "Invalid API Key provided", ""),
    403: ("invalid_request_error", "The key does not have the required permissions.", ""),
    409: ("idempotency_error", "Another request with this key is under way.", ""),
    429: ("invalid_request_error", "Request rate limit exceeded.", "rate_limit"),
}


def error(status: int, kind: str, message: str, **more: object) -> Answer:
    """Return an answer that says what is wrong."""
    return status, {"error": {"type": kind, "message": message, **more}}


def invalid(message: str, **more: object) -> Answer:
    """Return the answer to a request that makes no sense."""
    return error(400, "invalid_request_error", message, **more)


def missing(what: str, id: str) -> Answer:
    """Return the answer where there is no such thing."""
    return invalid(f"No such {what}: '{id}'", code="resource_missing")


def refusal(says: str) -> Answer:
    """Return the error that `says` is short for: a status, or the code of an error.

    >>> refusal("balance_insufficient")[1]["error"]["code"]
    'balance_insufficient'
    >>> refusal("500")[1]["error"]["type"]
    'api_error'
    """
    if not says.isdecimal():
        if says == "card_declined":
            return error(402, "card_error", "Your card was declined.", code=says)
        return invalid(f"Stripe will not: {says}.", code=says)
    status = int(says)
    if status in _BEFORE_IT_BEGINS:
        kind, message, code = _BEFORE_IT_BEGINS[status]
        return error(status, kind, message, **({"code": code} if code else {}))
    if status < 500:
        return error(status, "invalid_request_error", "Stripe will not.")
    return error(status, "api_error", "An error occurred within Stripe.")


def is_kept(answer: Answer) -> bool:
    """Tell whether an error that a fault has drawn is kept under the key of the request."""
    return answer[0] not in _BEFORE_IT_BEGINS

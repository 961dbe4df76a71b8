"""What a trace, a fault and a link call the requests to Stripe."""

from collections.abc import Mapping
from typing import Any, Final

from boxoffice.servers.stripe.answers import Answer
from boxoffice.servers.stripe.forms import metadata_of

_BOOKS: Final = ("charges", "refunds", "payment_intents", "events")
# By these names an event of the trace has something else than an entry of the metadata.
_TAKEN: Final = frozenset(
    {"n", "us", "host", "kind", "cause", "cause_number"}
    | {"key", "amount", "outcome", "id", "replayed", "verb"}
)


def verb_of(method: str, path: str) -> str:
    """Return what a request asks for, in a word.

    >>> [verb_of("post", f"/v1/{it}") for it in ("charges", "refunds", "payment_intents")]
    ['charge', 'refund', 'create']
    >>> [verb_of("post", f"/v1/payment_intents/{it}") for it in ("pi_1", "pi_1/confirm")]
    ['update', 'confirm']
    >>> [verb_of("get", f"/v1/{it}") for it in ("charges", "charges/search", "charges/ch_1")]
    ['list', 'search', 'retrieve']
    """
    _, what, *rest = [*path.strip("/").split("/"), ""][:4]
    last = path.rsplit("/", 1)[-1]
    if method == "get":
        return last if last == "search" else "list" if last in _BOOKS else "retrieve"
    if what != "payment_intents":
        return "refund" if last == "refunds" else "charge"
    return {"payment_intents": "create", rest[0]: "update"}.get(last, last)


def about(path: str, form: Mapping[str, str]) -> str:
    """Return what a request is about: the first entry of its metadata, or the intent it changes."""
    for value in metadata_of(form).values():
        return value
    _, _, changed = path.partition("/payment_intents/")
    return changed.partition("/")[0]


def told(path: str, form: Mapping[str, str], answer: Answer) -> tuple[str, dict[str, Any]]:
    """Return the kind and the fields of the event that a request is."""
    status, body = answer
    kind, outcome = "charge", "succeeded"
    fields = _labels(form)
    if path.endswith("refunds"):
        kind, outcome = "refund", body.get("status", "")
    elif "/payment_intents" in path:
        kind, outcome = "intent", body.get("status", "")
        fields["verb"] = verb_of("post", path)
    fields |= {"amount": body.get("amount"), "id": body.get("id")}
    refused = status != 200
    return kind, {**fields, "outcome": _code(body) if refused else outcome}


def _code(body: Mapping[str, Any]) -> str:
    return str(body["error"].get("code", "refused"))


def _labels(form: Mapping[str, str]) -> dict[str, Any]:
    # Of a `parcel_id` the parcel, as every other event names what it is about.
    labels = {name.removesuffix("_id"): value for name, value in metadata_of(form).items()}
    return {f"metadata[{it}]" if it in _TAKEN else it: value for it, value in labels.items()}

"""A payment is settled once, and told as it was settled."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from boxoffice.trace import Kind
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import MIRRORS, Evidence
from scenarios.shop.checks.words import moment, short

_TAKEN: Final = ("paid", "refunding")  # what a payment becomes when the money has come
_AFTER: Final = {
    "paid": ("paid", "refunding"),
    "refunding": ("refunding", "refunded"),
    "refunded": ("refunded",),
}


def _settled_once(evidence: Evidence) -> Finding:
    """Compare each write to a payment with what it was before, and with what the write tells."""
    tested, breaches = False, []
    last: dict[str, list[int]] = {}
    for write in evidence.writes(MIRRORS):
        before, after = write["before"], write["after"]
        if before and after and before.get("payment") and after.get("payment"):
            tested = tested or after["payment"]["status"] in _TAKEN
            proof, at = [*last.get(write["id"], []), write.number], moment(write.at_us)
            breaches += [Breach(wrong, proof) for wrong in _wrong(before, after, at)]
        last[write["id"]] = [write.number]
    return Finding(tested, breaches)


def _wrong(before: Any, after: Any, at: str) -> Iterator[str]:
    was, now = before["payment"], after["payment"]
    what, told = f"payment {short(was['id'])}", _told(before, after)
    if was["status"] == "pending" and now["status"] in _TAKEN:
        yield from (f"{what} {wrong}" for wrong in _lies(after, told, at))
    elif now["status"] not in _AFTER.get(was["status"], now["status"]):
        yield f"{what} was {was['status']}, and became {now['status']} at {at}"
    elif told or _is_again(was, now):
        yield f"{what} was {was['status']}, and was settled once more at {at}"


def _is_again(was: Any, now: Any) -> bool:
    """Tell whether it has the status that it had, since another moment."""
    is_same = was["status"] in _AFTER and was["status"] == now["status"]
    return is_same and was["since"] != now["since"]


def _told(before: Any, after: Any) -> list[Any]:
    known = before.get("outbox") or []
    new = [it for it in after.get("outbox") or [] if it not in known]
    return [it["data"] for it in new if it["type"] == "payment.created"]


def _lies(order: Any, told: Sequence[Any], at: str) -> Iterator[str]:
    payment = order["payment"]
    if not told:
        yield f"became {payment['status']} at {at}, and no event says so"
    if not payment["stripe_id"]:
        yield f"became {payment['status']} at {at} without the stripe_id of its charge"
        return
    wanted = {
        "id": payment["id"],
        "version": 0,
        "orderId": order["_id"],
        "amount": order["price_cents"],
        "stripeId": payment["stripe_id"],
    }
    for said in told:
        for field, value in wanted.items():
            if said[field] != value:
                yield f"is told at {at} with {field} {said[field]} instead of {value}"


settled_once: Final = Invariant(
    "settled-once",
    Kind.ALWAYS,
    "a payment is settled once, and told as it was settled",
    _settled_once,
)

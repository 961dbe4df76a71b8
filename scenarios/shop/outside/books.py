"""Stripe's books: what it says it has taken and given back.

Source: https://docs.stripe.com/api/pagination
"""

from collections.abc import Iterable
from typing import Final

import httpx

from scenarios.shop.checks.evidence import Document, Documents
from scenarios.shop.outside.snapshot import Books

PAGE: Final = 100  # the most that Stripe gives at once
MOST_PAGES: Final = 10_000
# Of the sixty fields of a charge; no invariant looks at another, and there may be many charges.
READ: Final = frozenset(
    [
        "id",
        "object",
        "status",
        "amount",
        "amount_refunded",
        "currency",
        "created",
        "metadata",
        "charge",
    ]
)


async def read_books(http: httpx.AsyncClient, mirrors: Documents, since_s: float) -> Books:
    """Return the charges for orders since a moment, in seconds since 1970, and their refunds.

    They cannot be read where Stripe does not answer, or has forgotten every charge that payments
    has the id of, as a mock without a memory has; then `why` says in a line what is the matter.
    """
    try:
        entered = [it for it in await _all(http, "charges") if _is_ours(it, since_s)]
        returned = await _all(http, "refunds")
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        said = " ".join(str(error).split())
        return Books(are_read=False, why=f"{type(error).__name__}{said and f': {said}'}")
    charges = {it["id"]: it for it in entered if it.get("status", "succeeded") == "succeeded"}
    if not charges and any(map(_stripe_id, mirrors.values())):
        return Books(are_read=False, why="it has none of the charges that payments knows")
    refunds = {it["id"]: it for it in returned if it.get("charge") in charges}
    return Books(charges, refunds)


async def _all(http: httpx.AsyncClient, what: str) -> list[Document]:
    found: dict[str, Document] = {}
    for _ in range(MOST_PAGES):
        after = {"starting_after": list(found)[-1]} if found else {}
        answer = await http.get(f"/v1/{what}", params={"limit": PAGE, **after})
        answer.raise_for_status()
        page = answer.json()
        known = len(found)
        found |= {entry["id"]: entry for entry in _objects(page["data"])}
        # A mock says for ever that there is more of the same.
        if not page.get("has_more") or len(found) == known:
            break
    return list(found.values())


def _objects(entries: Iterable[object]) -> list[Document]:
    return [
        {name: it for name, it in entry.items() if name in READ}
        for entry in entries
        if isinstance(entry, dict)
    ]


def _is_ours(charge: Document, since_s: float) -> bool:
    order = (charge.get("metadata") or {}).get("order_id")
    return bool(order) and charge.get("created", since_s) >= int(since_s)


def _stripe_id(mirror: Document) -> str | None:
    payment = mirror.get("payment") or {}
    found: str | None = payment.get("stripe_id")
    return found

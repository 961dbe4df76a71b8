"""Pages of what Stripe did, the latest first."""

from collections.abc import Mapping
from typing import Final

from sim.fakes.stripe import Answer, Body

PAGE: Final = 10
LARGEST_PAGE: Final = 100
_KNOWN: Final = frozenset({"limit", "starting_after"})


def page(books: Mapping[str, Body], path: str, kind: str, asked: Mapping[str, str]) -> Answer:
    """Return the objects that were made before `starting_after`, or the latest ones."""
    unknown = set(asked) - _KNOWN
    if unknown:
        name = min(unknown)
        return _refusal(f"Received unknown parameter: {name}", name, "parameter_unknown")
    limit, after = asked.get("limit", str(PAGE)), asked.get("starting_after")
    if not limit.isdecimal() or not 1 <= int(limit) <= LARGEST_PAGE:
        return _refusal(f"Invalid limit: {limit}", "limit", "parameter_invalid_integer")
    if after is not None and after not in books:
        return _refusal(f"No such {kind}: '{after}'", "starting_after", "resource_missing")
    latest = list(books)[::-1]
    ids = latest[latest.index(after) + 1 :] if after is not None else latest
    shown = ids[: int(limit)]
    return 200, {
        "object": "list",
        "url": path,
        "has_more": len(ids) > len(shown),
        "data": [books[id] for id in shown],
    }


def _refusal(message: str, param: str, code: str) -> Answer:
    error = {"type": "invalid_request_error", "message": message, "param": param, "code": code}
    return 400, {"error": error}

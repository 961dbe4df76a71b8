"""Pages of what Stripe did, the latest first, and its search, which lags behind.

Source: https://docs.stripe.com/api/charges/list, https://docs.stripe.com/search
"""

import re
from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any, Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.stripe.answers import Answer, Body, invalid

PAGE: Final = 10
LARGEST_PAGE: Final = 100
# "Under normal operating conditions, data is searchable in under 1 minute"; lists do not lag.
SEARCHABLE_AFTER_S: Final = 60.0
_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "created[gt]": gt,
    "created[gte]": ge,
    "created[lt]": lt,
    "created[lte]": le,
}
# By which fields each kind is chosen from its book.
_CHOSEN_BY: Final[Mapping[str, frozenset[str]]] = {
    "charge": frozenset({"customer", "payment_intent"}),
    "refund": frozenset({"charge", "payment_intent"}),
    "payment_intent": frozenset({"customer"}),
    "event": frozenset({"type"}),
}
_ELSEWHERE: Final = ("delivery_success", "ending_before", "expand", "page", "types")
_LISTED: Final = frozenset({"limit", "starting_after", *_COMPARISONS})
_SEARCHED: Final = frozenset({"query", "limit"})
_QUERY: Final = re.compile(r"""metadata\[(['"])(\w+)\1\]:(['"])([^'"]*)\3""")


def page(books: Mapping[str, Body], path: str, kind: str, asked: Mapping[str, str]) -> Answer:
    """Return the objects that were made before `starting_after`, or the latest ones."""
    chosen_by = _CHOSEN_BY[kind]
    wrong = _unknown(asked, _LISTED | chosen_by) or _no_limit(asked) or _no_moment(asked)
    if wrong:
        return wrong
    after = asked.get("starting_after")
    if after is not None and after not in books:
        return _refusal(f"No such {kind}: '{after}'", "starting_after", "resource_missing")
    latest = list(books)[::-1]
    ids = latest[latest.index(after) + 1 :] if after is not None else latest
    chosen = {name: asked[name] for name in chosen_by if name in asked}
    found = [books[id] for id in ids if _is_within(books[id], asked)]
    found = [it for it in found if all(it.get(name) == chosen[name] for name in chosen)]
    return _shown("list", path, found, asked)


def search(books: Mapping[str, Body], path: str, asked: Mapping[str, str], now_s: float) -> Answer:
    """Return the objects with an entry of metadata, but none of the last minute."""
    wrong = _unknown(asked, _SEARCHED) or _no_limit(asked)
    if wrong:
        return wrong
    query = _QUERY.fullmatch(asked.get("query", ""))
    if query is None:
        return _refusal("We were unable to parse your search query.", "query", "parameter_invalid")
    name, value = query[2], query[4]
    old = [it for it in list(books.values())[::-1] if it["created"] + SEARCHABLE_AFTER_S <= now_s]
    found = [it for it in old if it["metadata"].get(name) == value]
    status, body = _shown("search_result", path, found, asked)
    return status, body | {"next_page": None}


def _shown(kind: str, path: str, found: list[Body], asked: Mapping[str, str]) -> Answer:
    shown = found[: int(asked.get("limit", PAGE))]
    has_more = len(found) > len(shown)
    return 200, {"object": kind, "url": path, "has_more": has_more, "data": shown}


def _is_within(entry: Body, asked: Mapping[str, str]) -> bool:
    bounds = [(name, int(asked[name])) for name in _COMPARISONS if name in asked]
    return all(_COMPARISONS[name](entry["created"], bound) for name, bound in bounds)


def _unknown(asked: Mapping[str, str], known: frozenset[str]) -> Answer | None:
    for name in asked:
        if name not in known and name.partition("[")[0] in _ELSEWHERE:
            raise NotSimulated(f"Stripe's parameter {name}", "choose from what is listed")
    unknown = sorted(name for name in asked if name not in known)
    if not unknown:
        return None
    return _refusal(f"Received unknown parameter: {unknown[0]}", unknown[0], "parameter_unknown")


def _no_limit(asked: Mapping[str, str]) -> Answer | None:
    limit = asked.get("limit", str(PAGE))
    if limit.isdecimal() and 1 <= int(limit) <= LARGEST_PAGE:
        return None
    return _refusal(f"Invalid limit: {limit}", "limit", "parameter_invalid_integer")


def _no_moment(asked: Mapping[str, str]) -> Answer | None:
    for name in _COMPARISONS:
        if not asked.get(name, "0").isdecimal():
            return _refusal(f"Invalid integer: {asked[name]}", "created", "parameter_invalid")
    return None


def _refusal(message: str, param: str, code: str) -> Answer:
    return invalid(message, param=param, code=code)

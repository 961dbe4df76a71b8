"""Which documents can match a filter, told without looking at them.

A document is filed under a term for each value at a path, and a condition asks for terms.  The
documents found are candidates, never answers: mongomock's own filter decides among them.  So it
does no harm to find too many, and whatever could miss one, or could raise an error at a document
that is not a candidate, is left to mongomock's scan.
"""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from mongomock import filtering
from sentinels import NOTHING  # type: ignore[import-untyped]

Document = dict[str, Any]


class Presence(Enum):
    """The term of every document that has a value at the path, whatever the value."""

    PRESENT = "present"


Term = Hashable

# Exact types: a subclass may bring an equality of its own.  Equal numbers of different types have
# equal hashes, so 1, 1.0 and True meet under one term, as they do in mongomock's comparison.
# Null is missing here because it also matches documents that have nothing at the path.
_SIMPLE = frozenset({str, int, float, bool, datetime})


def can_be_filed(path: str) -> bool:
    """Tell whether `path` is safe to follow in every document.

    mongomock reads a negative number in a path as a position in a list, and that may raise.
    """
    return "-" not in path


def terms_in(document: Document, path: str) -> tuple[Term, ...]:
    """List the terms that `document` is filed under for `path`, each once, in a stable order."""
    if "." not in path:
        value = document.get(path, NOTHING)
        if type(value) in _SIMPLE:
            return (Presence.PRESENT, value)
        if value is NOTHING:
            return ()
    values = filtering.iter_key_candidates(path, document)
    terms: dict[Term, None] = {}
    for value in values:
        if value is not NOTHING:
            terms[Presence.PRESENT] = None
            for item in value if isinstance(value, list | tuple) else (value,):
                # What has no hash (a subdocument, a list) equals nothing that is simple.
                if isinstance(item, Hashable) and not isinstance(item, tuple):
                    terms[item] = None
    return tuple(terms)


def wanted_terms(search: Any) -> tuple[Term, ...] | None:
    """List terms of which each match has at least one; None where only a scan can tell."""
    if type(search) in _SIMPLE:
        return (search,)
    if not isinstance(search, dict) or len(search) != 1:
        return None
    [(operator, operand)] = search.items()
    if operator == "$eq" and type(operand) in _SIMPLE:
        return (operand,)
    if operator == "$in" and type(operand) is list and all(type(it) in _SIMPLE for it in operand):
        return tuple(operand)
    if operator == "$exists" and operand is True:
        return (Presence.PRESENT,)
    return None


def conditions(search_filter: Any) -> Iterator[tuple[str, tuple[Term, ...]]]:
    """Yield each path of `search_filter` whose matches have one of the terms beside it.

    mongomock judges the conditions of a filter in their order, and stops at the first that fails.
    So the conditions before the one that is served must be such as never raise.
    """
    if not isinstance(search_filter, dict):
        return
    for path, search in search_filter.items():
        if path == "$comment":
            continue
        if not isinstance(path, str) or path.startswith("$") or not can_be_filed(path):
            return
        terms = wanted_terms(search)
        if terms is not None:
            yield path, terms
        elif not _never_raises(search):
            return


def _never_raises(search: Any) -> bool:
    if search is None:
        return True
    if not isinstance(search, Mapping) or len(search) != 1:
        return False
    [(operator, operand)] = search.items()
    simple = operand is None or type(operand) in _SIMPLE
    return operator == "$exists" or (operator in ("$eq", "$ne") and simple)


def is_match(search: Any, document: Document) -> bool:
    """Tell what mongomock's filter tells; without it where a text is sought, and a text is there.

    Most searches are for an id, or an id and a version.
    """
    for path, wanted in search.items() if type(search) is dict else ():
        kind = type(wanted)
        if (kind is not str and kind is not int) or type(path) is not str:
            break
        if "." in path or path[:1] == "$" or type(value := document.get(path)) is not kind:
            break
        if value != wanted:
            return False
    else:
        if type(search) is dict:
            return True
    return bool(filtering.filter_applies(search, document))

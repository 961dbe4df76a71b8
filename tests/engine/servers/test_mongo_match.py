"""Whether a document is found without mongomock's filter, and by it, is the same."""

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import pytest
from mongomock.filtering import filter_applies

from boxoffice.servers.mongo.terms import is_match

PLAIN: Final = ("a", "b", "", 0, 1, 1.0, True, None)
HELD: Final[tuple[Any, ...]] = (
    *PLAIN,
    *([it] for it in PLAIN),
    ["a", 1],
    [["a"]],
    [{"b": "a"}],
    *({"b": it} for it in PLAIN),
)
ASKED: Final[tuple[Any, ...]] = (
    *HELD,
    *({name: it} for name in ("$eq", "$ne", "$exists") for it in PLAIN),
    *({name: [it, "a"]} for name in ("$in", "$nin") for it in PLAIN),
)


def documents() -> Iterator[dict[str, Any]]:
    yield {"_id": "a"}
    for held in HELD:
        yield {"_id": "a", "a": held}


@pytest.mark.parametrize("path", ["a", "a.b", "_id"])
def test_a_document_is_found_as_by_mongomock(path):
    for asked, document in product(ASKED, documents()):
        for search in ({path: asked}, {"_id": "a", path: asked}, {path: asked, "_id": "b"}):
            assert is_match(search, document) == bool(filter_applies(search, document)), search

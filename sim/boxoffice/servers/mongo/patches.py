"""All that is changed inside mongomock 4.3, and why; `tests/engine/servers/test_patches.py` looks.

Names in its modules are ours only while an effect runs, which nothing can interrupt, so servers of
different worlds and other users of mongomock in this process do not meet:

    mongomock.utcnow                  its clock would be the real one
    helpers.get_current_timestamp     so would that of $currentDate
    collection.copy                   `copy.deepcopy` takes most of the time of an operation
    collection.version                it parses the same few version numbers in every operation
    aggregate._random                 $sample would draw from the system's entropy

What our subclasses of its `Collection` and `CollectionStore` put in place of private methods, or
rely on in them, is listed in `LEANED_ON`.
"""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import mongomock
import mongomock.aggregate
import mongomock.collection

from boxoffice.servers.mongo import copies

VERSION: Final = "4.3"  # what is below was read there
_mongomock: Any = mongomock  # its type stub leaves out what is replaced here

LEANED_ON: Final = {
    "collection.Collection._apply_update_document": "what changes in place has to be filed again",
    "collection.Collection._apply_update_pipeline": "what changes in place has to be filed again",
    "collection.Collection._copy_only_fields": "copies whole documents; ours copies what is shown",
    "collection.Collection._ensure_uniques": "compares with every document, and takes null for "
    "nothing in a sparse index; ours says the key as a server does",
    "collection.Cursor.distinct": "lists values in the order of a set; ours in that of documents",
    "collection.Collection._find_and_modify": "looks again for what it has shown, without its id",
    "collection.Collection._get_dataset": "finds and sorts what a cursor hands out",
    "collection.Collection._insert": "a duplicate id has no details",
    "collection.Collection._iter_documents": "puts every document before a filter",
    "collection.Collection._update": "reads every document; ours stops at the first",
    "store.CollectionStore._expire_documents": "reads every document before every operation",
    "store.CollectionStore._value_meets_expiry": "removes at once; a server sweeps once a minute",
    "store._get_min_datetime_from_value": "tells when a document expires",
    "filtering.filter_applies": "judges each candidate",
    "filtering.iter_key_candidates": "tells what a document is filed under",
    "aggregate.process_pipeline": "sends documents through stages",
}


class Names(NamedTuple):
    """What stands under the names that are replaced."""

    utcnow: Any
    timestamp: Any
    random: Any
    copy: Any = copies
    version: Any = SimpleNamespace(parse=cache(_mongomock.collection.version.parse))


class InPlace:
    """Puts names under mongomock's, for as long as nothing else can run: one at a time.

    Every call of a client enters it, so it is no generator, and the places are looked up once.
    """

    def __init__(self, ours: Names) -> None:
        collection, helpers = _mongomock.collection.__dict__, _mongomock.helpers.__dict__
        self._names = (
            (_mongomock.__dict__, "utcnow", ours.utcnow),
            (helpers, "get_current_timestamp", ours.timestamp),
            (_mongomock.aggregate.__dict__, "_random", ours.random),
            (collection, "copy", ours.copy),
            (collection, "version", ours.version),
        )
        self._theirs: list[Any] = []

    def __enter__(self) -> None:
        self._theirs = [module[name] for module, name, _ in self._names]
        for module, name, ours in self._names:
            module[name] = ours

    def __exit__(self, *_: object) -> None:
        for (module, name, _ours), theirs in zip(self._names, self._theirs, strict=True):
            module[name] = theirs

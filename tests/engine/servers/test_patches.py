"""mongomock is what it was when we put our own in the place of some of it.

A failure here says that it has changed: read there what is new, see whether our half still fits
(`boxoffice.servers.mongo.patches` says what we do and why), and note the new digest.
"""

import inspect
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version

import mongomock
from pytest import mark

from boxoffice.servers.mongo import patches

DIGESTS = {
    "aggregate.process_pipeline": "a32e2551442e",
    "collection.Collection._apply_update_document": "7f38fc47e65b",
    "collection.Collection._apply_update_pipeline": "f55b6ee64fff",
    "collection.Collection._copy_only_fields": "c7ec109fb7ba",
    "collection.Collection._ensure_uniques": "a64dbece5952",
    "collection.Collection._find_and_modify": "fa4abadf3eb2",
    "collection.Collection._get_dataset": "d18fbc7247ff",
    "collection.Collection._insert": "dde5bac79a59",
    "collection.Collection._iter_documents": "aed52162ed03",
    "collection.Collection._update": "3db2c47fedfa",
    "collection.Cursor.distinct": "8df0d1b4c82c",
    "filtering.filter_applies": "44c7cfc2bbf5",
    "filtering.iter_key_candidates": "5a22645cc61d",
    "store.CollectionStore._expire_documents": "96f629b84caf",
    "store.CollectionStore._value_meets_expiry": "999649bb401c",
    "store._get_min_datetime_from_value": "76e689f40b49",
}
NAMES = [
    "utcnow",
    "helpers.get_current_timestamp",
    "collection.copy",
    "collection.version",
    "aggregate._random",
]


def found(name):
    """Return what stands under a name of mongomock's."""
    module, *path = name.split(".")
    place = import_module(f"mongomock.{module}") if path else mongomock
    for step in path or [module]:
        place = getattr(place, step)
    return place


def test_it_is_the_version_whose_insides_were_read():
    assert version("mongomock").startswith(f"{patches.VERSION}.")


@mark.parametrize("name", patches.LEANED_ON)
def test_what_we_lean_on_has_not_changed(name):
    source = inspect.getsource(found(name))
    assert sha256(source.encode()).hexdigest()[:12] == DIGESTS[name]


@mark.parametrize("name", NAMES)
def test_what_is_replaced_is_there_and_is_put_back(name):
    before = found(name)
    ours = patches.Names(utcnow=1, timestamp=2, random=3, copy=4, version=5)
    with patches.InPlace(ours):
        assert found(name) in (1, 2, 3, 4, 5)
    assert found(name) is before


def test_all_that_is_leaned_on_has_a_digest_and_a_reason():
    assert list(DIGESTS) == sorted(patches.LEANED_ON)
    assert all(patches.LEANED_ON.values())

"""Whether a document is found without mongomock's filter, and by it, is the same."""

from hypothesis import given, settings
from hypothesis.strategies import dictionaries, lists, sampled_from
from mongomock.filtering import filter_applies

from boxoffice.servers.mongo.terms import is_match

PLAIN = sampled_from(["a", "b", "", 0, 1, 1.0, True, None])
NAMES = sampled_from(["_id", "a", "b", "a.b"])
VALUES = PLAIN | lists(PLAIN, max_size=2) | dictionaries(sampled_from(["a", "b"]), PLAIN)
ASKED = PLAIN | PLAIN | VALUES
ASKED |= dictionaries(sampled_from(["$in", "$nin"]), lists(PLAIN), min_size=1, max_size=1)
ASKED |= dictionaries(sampled_from(["$exists", "$ne", "$eq"]), PLAIN, min_size=1, max_size=1)
DOCUMENTS = dictionaries(sampled_from(["_id", "a", "b"]), VALUES, min_size=2)


@given(dictionaries(NAMES, ASKED, max_size=3), DOCUMENTS)
@settings(max_examples=300)
def test_a_document_is_found_as_by_mongomock(search, document):
    assert is_match(search, document) == bool(filter_applies(search, document))

"""A copy of a document is another, all the way down, and of the same kinds."""

from collections import OrderedDict

from pytest import mark

from boxoffice.servers.mongo.copies import deepcopy


@mark.parametrize("kind", [dict, OrderedDict])
def test_a_copy_shares_nothing_that_can_change(kind):
    document = kind(_id="it", tags=["a"], inner=kind(count=1))
    copy = deepcopy(document)
    assert copy == document
    assert list(copy) == list(document)
    assert type(copy) is type(copy["inner"]) is kind
    copy["tags"].append("b")
    copy["inner"]["count"] = 2
    assert document == kind(_id="it", tags=["a"], inner=kind(count=1))

"""Two pages show one session: who is behind is shown where the run stands now."""

from tests.engine.choosing.tills import Reader


def test_who_saw_an_earlier_version_is_shown_where_it_stands():
    reader = Reader()
    seen = reader.view["version"]
    stands = reader.asks("pass", until="step")
    assert stands["version"] == seen + 1
    late = reader.asks("pass", until="end", seen=seen)
    assert "another page has gone on" in late["stale"]
    assert (late["cursor"], late["version"]) == (stands["cursor"], stands["version"])
    assert reader.asks("search", more=1)["version"] == stands["version"]  # it stands where it did
    assert reader.asks("undo", seen=stands["version"])["version"] == stands["version"] + 1
    assert "stale" not in reader.asks("look", seen=seen)

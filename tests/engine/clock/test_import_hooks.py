"""A library that is loaded within a world changes nothing in it: the next run loads none."""

import sys
import textwrap
import uuid

from pytest import fixture

from boxoffice import System


@fixture
def library(tmp_path, monkeypatch):
    """A library that draws at its top, as some do for a name of their process."""
    place = tmp_path / "site-packages"
    place.mkdir()
    text = """
        import random, uuid
        ME = uuid.uuid4(), uuid.uuid1(), random.random()
        """
    (place / "draws_at_its_top.py").write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(place))
    yield
    sys.modules.pop("draws_at_its_top", None)


def test_what_a_library_draws_while_it_is_loaded_is_nobodys(library):
    drawn = []
    system = System("lamps")

    @system.story
    async def evening(world):
        import random

        import draws_at_its_top

        drawn.append((str(uuid.uuid4()), str(uuid.uuid1()), random.random()))
        assert str(draws_at_its_top.ME[0]) not in drawn[-1]

    hashes = {system.run(evening).trace.sha256() for _ in range(2)}
    assert "draws_at_its_top" in sys.modules
    assert drawn[0] == drawn[1]
    assert len(hashes) == 1

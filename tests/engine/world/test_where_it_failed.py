"""An assertion of a story that says nothing is found by its line."""

from boxoffice.trace.verdict import STORY
from tests.engine.toys import warehouse


def said_by(story):
    outcome = warehouse().run(warehouse().story()(story))
    [found] = [it.message for it in outcome.violations if it.invariant == STORY]
    return found


async def says_nothing(world):
    assert not await world.quiet()


async def says_what(world):
    assert not await world.quiet(), "somebody stirs"


def test_an_assertion_without_words_is_found_by_its_file_and_line():
    line = says_nothing.__code__.co_firstlineno + 1
    assert said_by(says_nothing) == f"assert not True (test_where_it_failed.py:{line})"


def test_an_assertion_with_words_has_its_own():
    assert said_by(says_what).splitlines()[0] == "somebody stirs"

"""The way to an error, as pytest shows it of a story: people's own lines, and who raised."""

from pytest import mark

pytest_plugins = ["pytester"]

NOWHERE = """
from boxoffice import System

system = System("pages")
system.service("pages", "nowhere.pages:app", route="/")

@system.story()
async def reads(world):
    await world.client("Ann").get("/")
"""
HELPED = """
from boxoffice import System

system = System("pages")

def looked_up(found):
    return found["nothing"]

@system.story()
async def reads(world):
    looked_up({})
"""


def told(pytester, text, *options):
    pytester.makepyfile(test_told=text)
    return pytester.runpytest(*options).stdout.str()


def test_a_service_that_is_nowhere_is_told_in_a_few_lines(pytester):
    said = told(pytester, NOWHERE)
    assert "while the service pages was started from 'nowhere.pages:app'" in said
    assert len(said.splitlines()) < 30


@mark.parametrize(("options", "all_of_it"), [((), False), (("--full-trace",), True)])
def test_only_peoples_own_lines_are_shown_unless_all_are_asked_for(pytester, options, all_of_it):
    said = told(pytester, HELPED, *options)
    assert ">       looked_up({})" in said
    assert '>       return found["nothing"]' in said
    assert ("site-packages" in said) is all_of_it

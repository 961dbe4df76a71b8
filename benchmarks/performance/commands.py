"""How long a command takes to begin, beside an interpreter that does nothing (wall time)."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.performance.sample import Sample
from benchmarks.performance.yardsticks import command_s, nothing_s

EMPTY: Final = "def test_empty():\n    pass\n"
STORY: Final = """
from boxoffice import System

system = System("nothing")


@system.story
async def nothing(world):
    pass
"""


def help_(quick: bool) -> Sample:
    """Return the seconds of `boxoffice --help`."""
    return Sample(command_s("-m", "scenarios", "--help"), nothing_s())


def list_(quick: bool) -> Sample:
    """Return the seconds of `boxoffice list`."""
    return Sample(command_s("-m", "scenarios", "list"), nothing_s())


def import_(quick: bool) -> Sample:
    """Return the seconds of `import boxoffice`."""
    return Sample(command_s("-c", "import boxoffice"), nothing_s())


def empty_story(quick: bool) -> Sample:
    """Return the seconds of a story in which nothing happens, and of an empty test."""
    with TemporaryDirectory() as folder:
        story, test = Path(folder, "test_story.py"), Path(folder, "test_empty.py")
        story.write_text(STORY, encoding="utf-8")
        test.write_text(EMPTY, encoding="utf-8")
        words = ("-m", "pytest", "-q", "-p", "no:cacheprovider")
        return Sample(command_s(*words, str(story)), command_s(*words, str(test)))

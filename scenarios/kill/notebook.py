"""The same from a notebook: `kill("two-at-once", my_story)`."""

import sys
from collections.abc import Callable
from typing import Any, Final, TextIO

from scenarios.kill.challenges import CHALLENGES
from scenarios.kill.grading import Grade, grade
from scenarios.kill.verbs import table
from scenarios.lab.progress import is_watched
from scenarios.learn.notebook import Text
from scenarios.unknown import pick

WIDE: Final = 40  # signs of the line that says who is met now


class Shown(Grade):
    """A grade as a cell shows it."""

    def __repr__(self) -> str:
        return str(self)

    def explore(self) -> Any:
        """Return whoever survives, drawn beside the shop as it is."""
        from boxoffice.views import explore

        played = self.survivors()
        return explore(played) if played else "Nobody survives, so that nothing is drawn."


def kill(name: str, *written: Any) -> Shown:
    """Grade stories or facts that a cell has made.  Raises: Unknown, for no such challenge."""
    challenge, sees = pick("challenge", name, CHALLENGES), sys.stdout
    is_seen = is_watched(sees)
    graded = grade(challenge, written, _line(sees) if is_seen else lambda said: None)
    if is_seen:
        _line(sees)(f"{len(graded.kills)} twins met")
        sees.write("\n")
    return Shown(graded.challenge, graded.kills, graded.complaint, graded.printed)


def _line(to: TextIO) -> Callable[[str], object]:
    """Return what writes one line, over and over."""

    def say(said: str) -> None:
        to.write(f"\r{said:<{WIDE}}")
        to.flush()

    return say


def verbs(name: str) -> Text:
    """Return what a challenge's story, or fact, may call.  Raises: Unknown, for no such one."""
    return Text(f"```text\n{table(pick('challenge', name, CHALLENGES))}\n```")


def task(name: str) -> Text:
    """Return the task of a challenge.  Raises: Unknown, for no such challenge."""
    return Text(pick("challenge", name, CHALLENGES).page)

"""The same from a notebook: `kill("two-at-once", my_story)`."""

from typing import Any

from scenarios.kill.challenges import CHALLENGES
from scenarios.kill.grading import Grade, grade
from scenarios.kill.verbs import table
from scenarios.learn.notebook import Text
from scenarios.unknown import pick


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
    graded = grade(pick("challenge", name, CHALLENGES), written)
    return Shown(graded.challenge, graded.kills, graded.complaint, graded.printed)


def verbs(name: str) -> Text:
    """Return what a challenge's story, or fact, may call.  Raises: Unknown, for no such one."""
    return Text(f"```text\n{table(pick('challenge', name, CHALLENGES))}\n```")


def task(name: str) -> Text:
    """Return the task of a challenge.  Raises: Unknown, for no such challenge."""
    return Text(pick("challenge", name, CHALLENGES).page)

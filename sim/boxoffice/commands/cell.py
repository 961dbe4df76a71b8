"""A run that was found, in a cell of a notebook: its story, and its pictures below."""

from importlib.util import find_spec
from typing import Any

from boxoffice.commands.naming import names
from boxoffice.commands.tokens import read
from boxoffice.search.case import Case, fallen
from boxoffice.search.looks import looked_at
from boxoffice.search.marks import Marks, differs
from boxoffice.search.shrinking import Shrunk
from boxoffice.views.smallest import smallest_story


class Replayed:
    """A run that was played again.  A notebook shows its story and the explorer of it.

    Without the extra `lab` there is only the story.
    """

    def __init__(self, case: Case, marks: Marks | None = None) -> None:
        self.case = case
        self.outcome, self._met = looked_at(case)
        self._differs = differs(marks, self.outcome.trace) if marks else None

    def __repr__(self) -> str:
        said = [f"it is not the same run any more: it differs {self._differs}"]
        return "\n".join([self._story(), *(said if self._differs else [])])

    def _story(self) -> str:
        fell = fallen(self.outcome)
        if not fell:
            return "nothing falls in this run any more"
        return smallest_story(
            Shrunk(self.case, self.outcome, fell[0], 1, 0.0, is_minimal=False, met=self._met)
        )

    def _repr_mimebundle_(self, **asked: Any) -> Any:
        if find_spec("anywidget") is None:
            return None  # it is shown as what it says
        from boxoffice.views.explorer.notebook import explore

        print(self)
        return explore(self.outcome)._repr_mimebundle_(**asked)


def replay(token: str) -> Replayed:
    """Play a run again, from its token or a file that has it.

    Raises: Misuse, for another text, and whatever the run raises.
    """
    _, (case, marks) = read(token, names())
    return Replayed(case, marks)


def cell_of(token: str) -> str:
    """Return the lines of a cell that plays a run again."""
    return f'from boxoffice import replay\n\nreplay("{token}")'

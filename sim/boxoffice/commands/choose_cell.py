"""What happens next, chosen by whoever reads a run: in the cell of a notebook."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice.choosing.protocol import NOTHING_STRIKES, Choosing
from boxoffice.commands.naming import names
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.token import BEGIN, case_of
from boxoffice.trace.outcome import Outcome
from boxoffice.world.run import Again
from boxoffice.world.scenario import Scenario
from boxoffice.world.tape import WHOLE
from boxoffice.world.twin import Twin

if TYPE_CHECKING:
    from boxoffice.choosing.widget import Chooser


def choose(
    story: str | Scenario | Outcome,
    bug: str | Twin | None = None,
    seed: int | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
) -> "Chooser":
    """Return a widget in which a run stands still, and its reader chooses what happens next.

    The run is a story's, without its own faults unless `faults` are given, which strike beside
    them; or that of a token; or one that was played, as it was.  `bug` is a broken twin,
    and `size` that of a crowd.
    Raises: Misuse, for what is no run; ModuleNotFoundError, without the extra `lab`.
    """
    from boxoffice.choosing.widget import Chooser

    return Chooser(Choosing(names(), case_to_choose(story, bug, seed, faults, size)))


def case_to_choose(
    story: str | Scenario | Outcome,
    bug: str | Twin | None = None,
    seed: int | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
) -> Case:
    """Return the case of which is chosen how it goes on.  Raises: Misuse."""
    known = names()
    is_run = isinstance(story, Outcome) or (isinstance(story, str) and story.startswith(BEGIN))
    if is_run and (bug is not None or seed is not None or faults or size is not None):
        raise Misuse("a run that was played has its bug, seed, faults and size already")
    if isinstance(story, Outcome):
        return _played(story)
    if isinstance(story, str) and story.startswith(BEGIN):
        return case_of(story, known)[0]
    scenario = known.scenario(story) if isinstance(story, str) else story
    if size is not None and not scenario.size:
        raise Misuse(f"{scenario.name} has no crowd, so a size means nothing to it")
    return Case(
        scenario,
        scenario.seed if seed is None else seed,
        known.twin(bug) if isinstance(bug, str) else bug,
        faults,
        size,
        tape=WHOLE if faults else NOTHING_STRIKES,
    )


def _played(outcome: Outcome) -> Case:
    asked = outcome.again
    if not isinstance(asked, Again):
        raise Misuse("this run was not played in this process: give its story, or its token")
    return Case(asked.scenario, asked.seed, asked.bug, asked.faults, asked.size, asked.tape)

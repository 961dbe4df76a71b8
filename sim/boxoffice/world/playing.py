"""A story is told on a stage, and judged by what it asserts itself."""

from collections.abc import Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any

from boxoffice.trace.debugging import keep
from boxoffice.trace.verdict import STORY, Judgement, Kind, Verdict, Violation
from boxoffice.world.scenario import Scenario


async def play_story(scenario: Scenario, stage: Any, size: int | None = None) -> list[str]:
    """Play the script; return what it found not to be so.

    Without a size the crowd is the scenario's own.  Raises: whatever the script raises, save for
    `AssertionError`, which is its verdict.
    """
    try:
        await scenario.script(stage, scenario.size if size is None else size)
    except AssertionError as failure:
        keep(failure)
        return [_asserted(failure)]
    return []


def judge_story(failures: Sequence[str]) -> Judgement:
    """Return what is to be said of the story itself."""
    violations = [Violation(STORY, failure) for failure in failures]
    verdict = Verdict.VIOLATED if failures else Verdict.HOLDS
    return Judgement(STORY, Kind.FINALLY, verdict, violations)


def _asserted(failure: AssertionError) -> str:
    """Return what a story says of an assertion that failed; where it stands, if it is its own."""
    said, place = str(failure), extract_tb(failure.__traceback__)[-1]
    if not said:
        return f"not so: {place.line}"
    if not said.startswith("assert "):  # as pytest spells an assertion without a message
        return said
    first, *more = said.split("\n")
    return "\n".join([f"{first} ({Path(place.filename).name}:{place.lineno})", *more])

"""Grading: what somebody has written, against the shop as it is, and against each twin."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib.util import module_from_spec, spec_from_file_location
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from boxoffice import Outcome, Scenario, Twin, Verdict
from boxoffice.clock import no_step_without_end
from boxoffice.search import Case, Plan, Printed, explore, in_a_line
from boxoffice.views import Names
from boxoffice.world import Invariant
from scenarios.catalogue import storms
from scenarios.kill.challenges import Challenge
from scenarios.kill.facts import OWN
from scenarios.kill.verbs import of_town
from scenarios.town import Town
from scenarios.unknown import Unknown

SEEDS: Final = 5  # each story is played with so many
LOOK: Final = 150  # runs in which a twin has to misbehave, for facts to be judged by
EXAMPLES: Final = 2  # of its misbehaviour, any of which may be noticed
SAID: Final = 200  # characters of what is said of a twin
CALLED: Final = {"story": "stories", "facts": "facts"}
SOUND: Final = 20  # storms in which nobody's facts may fall

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Kill:
    """What became of one twin: `by` names what gave it away, and `said` how; else it survives.

    `case` is how to play what was seen of it, if anything was.
    """

    twin: Twin
    by: str = ""
    said: str = ""
    case: Case | None = None

    def __str__(self) -> str:
        if self.by:
            said = self.said.partition("\n")[0]
            return f"  ✓ {self.twin.name}: {self.by}: {said[:SAID]}{'…' if said[SAID:] else ''}"
        survives = f"  ✗ {self.twin.name} survives; it lacks this: {self.twin.defence}"
        return f"{survives}\n    {self.said}" if self.said else survives


@dataclass(frozen=True, slots=True)
class Grade:
    """What a file is worth.  `complaint` says why nothing was graded.

    `printed` is the beginning of what it has printed.
    """

    challenge: Challenge
    kills: Sequence[Kill] = ()
    complaint: str = ""
    printed: Sequence[str] = ()

    @property
    def killed(self) -> int:
        """How many twins were given away."""
        return sum(bool(it.by) for it in self.kills)

    @property
    def passed(self) -> bool:
        """Whether that is enough."""
        return not self.complaint and self.killed >= self.challenge.bar

    def survivors(self) -> list[Outcome]:
        """Play whoever survives once more, each after the shop as it is."""
        cases = [it.case for it in self.kills if not it.by and it.case is not None]
        return [replace(case, bug=bug).play() for case in cases for bug in (None, case.bug)]

    def __str__(self) -> str:
        printed = ["it printed:", *(f"  {it}" for it in self.printed)] if self.printed else []
        if self.complaint:
            return "\n".join([f"✗ nothing is graded: {self.complaint}", *printed])
        of = f"{self.killed} of {len(self.kills)} twins, {self.challenge.bar} are enough"
        passed = "✓ passed" if self.passed else "○ not yet"
        return "\n".join(
            [*map(str, self.kills), *printed, f"{passed} · {self.challenge.name}: {of}"]
        )


def grade_file(challenge: Challenge, file: Path, say: Say = lambda line: None) -> Grade:
    """Grade what a file has.  Raises: Unknown, for a file that is none, or cannot be loaded."""
    printed = Printed()
    with redirect_stdout(printed), _loaded(file) as module:
        own = [it for it in vars(module).values() if _is_own(it, module)]
        graded = grade(challenge, own, say)
    return replace(graded, printed=[*printed.lines(), *graded.printed])


def grade(challenge: Challenge, written: Sequence[Any], say: Say = lambda line: None) -> Grade:
    """Grade stories, or facts; `say` is told what is being done."""
    printed = Printed()
    with redirect_stdout(printed):
        graded = _graded(challenge, written, say)
    return replace(graded, printed=printed.lines())


def _graded(challenge: Challenge, written: Sequence[Any], say: Say) -> Grade:
    made = [it for it in written if _is_asked_for(it, challenge)]
    if not made:
        bare = "".join(f"{it.__name__} lacks its decorator: " for it in written if isfunction(it))
        complaint = (
            f"{bare}there are no {CALLED[challenge.by]}; one begins like this:"
            f"\n\n{challenge.starter}"
        )
        return Grade(challenge, complaint=complaint)
    cases = _of_stories(made) if challenge.by == "story" else _sound_storms(made)
    say("the shop as it is")
    if complaint := _of_the_sound(cases):
        return Grade(challenge, complaint=complaint)
    kills = []
    for twin in challenge.twins:
        say(twin.name)
        tried = cases if challenge.by == "story" else _misbehaving(twin, made)
        kills.append(_kill(twin, tried))
    return Grade(challenge, kills)


def _of_the_sound(cases: Sequence[Case]) -> str:
    """Return why what was written says something untrue of the shop as it is, or nothing."""
    for case in cases:
        try:
            outcome = case.play()
        except Exception as error:
            return f"{case.scenario.name} raises {_raised(error)}"
        for it in outcome.judgements:
            mine = it.invariant.startswith(OWN) or it.invariant == "story"
            if mine and it.verdict in (Verdict.VIOLATED, Verdict.ERROR):
                said = _named(it.violations[0].message, outcome) if it.violations else ""
                where = f"{case.scenario.name}, seed {case.seed}"
                return f"the shop as it is fails {it.invariant} ({where}): {said}"
    return ""


def _kill(twin: Twin, cases: Sequence[Case]) -> Kill:
    broken = [replace(case, bug=twin) for case in cases]
    for case in broken:
        by, said = _given_away(case)
        # What goes by how often it was asked says nothing of a twin.
        if by and (complaint := _of_the_sound([replace(case, bug=None)])):
            return Kill(twin, said=f"but played again {complaint}", case=case)
        if by:
            return Kill(twin, by, said, case)
    if not broken:
        return Kill(twin, said=f"it did nothing wrong in {LOOK} storms, so that nothing is graded")
    return Kill(twin, case=broken[0])


def _given_away(case: Case) -> tuple[str, str]:
    """Return what falls in a run of a twin, and how it is said; nothing, if nothing does."""
    try:
        outcome = case.play()
    except Exception as error:
        return "story", f"it raises {_raised(error)}"
    fell = next((it for it in outcome.violations if _counts(it.invariant, case)), None)
    return ("", "") if fell is None else (fell.invariant, _named(fell.message, outcome))


def _raised(error: Exception) -> str:
    """Return an error with its line; what a story is told on is a Town to who writes one."""
    said = in_a_line(error)
    if not isinstance(error, AttributeError) or not isinstance(error.obj, Town):
        return said
    close = get_close_matches(
        error.name or "", [it["call"].partition("(")[0] for it in of_town()], 1
    )
    meant = f"; did you mean {close[0]!r}?" if close else ""
    return said.replace(f"{type(error.obj).__name__!r} object", "'Town' object") + meant


def _named(message: str, outcome: Outcome) -> str:
    return Names(outcome.trace).said(message)


def _counts(invariant: str, case: Case) -> bool:
    # Facts are there to notice by themselves; a story, to give the shop's own something to notice.
    has_facts = any(it.name.startswith(OWN) for it in case.scenario.checks)
    return invariant.startswith(OWN) if has_facts else True


def _of_stories(made: Sequence[Scenario]) -> list[Case]:
    return [Case(it, seed) for it in made for seed in range(SEEDS)]


def _sound_storms(facts: Sequence[Invariant]) -> list[Case]:
    every = storms()
    return [Case(_with(every[n % len(every)], facts), n) for n in range(SOUND)]


def _misbehaving(twin: Twin, facts: Sequence[Invariant]) -> list[Case]:
    """Return storms in which the twin breaks what it should, with facts to notice it."""
    plan = Plan([Case(storm, 0, twin) for storm in storms()])
    found, first = list[Case](), 0
    while first < LOOK and len(found) < EXAMPLES:
        campaign = explore(plan, runs=LOOK - first, first=first)
        run = next(iter(campaign.fell.values()), None)
        if run is None or run.turn is None:
            break
        if twin.invariant in run.fell:  # another may fall first: that is not what is asked for
            case = plan.again(run)
            found.append(replace(case, scenario=_with(case.scenario, facts)))
        first = run.turn.number + 1
    return found


def _with(scenario: Scenario, facts: Sequence[Invariant]) -> Scenario:
    return replace(scenario, checks=(*scenario.checks, *facts))


def _is_asked_for(it: Any, challenge: Challenge) -> bool:
    if challenge.by == "story":
        return isinstance(it, Scenario)
    return isinstance(it, Invariant) and it.name.startswith(OWN)


def _is_own(it: Any, module: ModuleType) -> bool:
    """Tell whether a file has made it: a story that it imports is somebody else's."""
    return not isinstance(it, Scenario) or it.script.__module__ == module.__name__


@contextmanager
def _loaded(file: Path) -> Iterator[ModuleType]:
    """Load a file of somebody's, for as long as it is graded.  Raises: Unknown."""
    if not file.is_file():
        raise Unknown(f"there is no file {file}")
    name = f"killing_{file.stem}"
    spec = spec_from_file_location(name, file.resolve())
    if spec is None or spec.loader is None:
        raise Unknown(f"{file} is no file of Python")
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        try:
            with no_step_without_end(lambda: None):
                spec.loader.exec_module(module)
        except SyntaxError as error:
            raise Unknown(f"{file}:{error.lineno}: {error.msg}") from None
        except (Exception, SystemExit) as error:
            raise Unknown(f"{file} cannot be loaded: {type(error).__name__}: {error}") from None
        yield module
    finally:
        del sys.modules[name]

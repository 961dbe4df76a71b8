"""One run: storm, calm, verdict.

The script is played while faults strike.  Then everything is healed and the world left alone until
it is quiet, and again until every time limit is over.  Both times it is judged: what is
wrong in the first calm may be covered up in the second.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from boxoffice.clock.ambient import let_go_of_the_last, ready
from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.clock.strays import named, refusing_strays
from boxoffice.errors import EndedProcess
from boxoffice.faults.schedule import Fault
from boxoffice.trace.keeping import Keeping, kept
from boxoffice.trace.outcome import InjectedFault, Outcome, counts_of
from boxoffice.trace.reopening import write_last
from boxoffice.trace.verdict import (
    STORY,
    Judgement,
    Kind,
    Verdict,
    Violation,
    merged,
    run_verdict,
)
from boxoffice.world.calm import calm
from boxoffice.world.complaints import with_complaints
from boxoffice.world.holding import refuse_models
from boxoffice.world.judging import judged
from boxoffice.world.playing import judge_story, play_story
from boxoffice.world.scenario import Scenario
from boxoffice.world.sometimes import ever, reached
from boxoffice.world.tape import WHOLE, Tape, marks_of, strikes_of
from boxoffice.world.twice import played_twice
from boxoffice.world.twin import Substitution, Twin
from boxoffice.world.world import World

TOLD: Final = 3  # exceptions of services, the last ones, beside an error that ends a run


def run(
    scenario: Scenario,
    seed: int | None = None,
    bug: Twin | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
    begun: Callable[[World], None] = lambda world: None,
    twice: bool = False,
    trace: Keeping = True,
    tape: Tape = WHOLE,
) -> Outcome:
    """Play `scenario` once, in virtual time, and judge it.

    Without a seed it is the scenario's own.  `faults` strike beside the scenario's.  `begun` is
    told of the world before anything happens in it, for whoever wants to know how far it came.
    With `twice` the run is played once more, and violated if it is not the same: the judgement
    `one-seed-one-run` names the first event that differs, and what was left behind.
    `trace` says where its events are kept: in memory; in a file of this path, to which they are
    written as they come, for `boxoffice.trace.load`; or nowhere, with False, which leaves undecided
    whatever asks for them.  `tape` says what is kept of the run that the seed is.
    Raises: NoSuchTarget, NoDefence, Misuse, EndedProcess in the place of a `SystemExit`, and
    whatever else the script raises, save for `AssertionError`, which is its verdict.
    """
    seed = scenario.seed if seed is None else seed

    def play(trace: Keeping) -> Outcome:
        return _played(scenario, seed, bug, faults, size, begun, trace, tape)

    outcome = played_twice(scenario.system, play, trace) if twice else play(trace)
    return replace(outcome, again=Again(scenario, seed, bug, faults, size, tape))


@dataclass(frozen=True)
class Again:
    """A run that can be played once more; called, it is, and `begun` is told of its world."""

    scenario: Scenario
    seed: int
    bug: Twin | None
    faults: Sequence[Fault]
    size: int | None
    tape: Tape

    def __call__(self, begun: Callable[[World], None]) -> Outcome:
        """Play it."""
        asked = self.scenario, self.seed, self.bug, self.faults, self.size
        return _played(*asked, begun, tape=self.tape)


def runs(
    scenario: Scenario,
    seeds: Iterable[int],
    bug: Twin | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
) -> Iterator[Outcome]:
    """Play `scenario` once on each seed, as `run` does, and yield what came of it.

    What answers in worlds stays in place from one run to the next, which is a quarter of the cost
    of a small one; to whoever is in no world everything is what it was.  Raises: as `run`.
    """
    with ready():
        for seed in seeds:
            yield run(scenario, seed, bug, faults, size)


def _played(
    scenario: Scenario,
    seed: int,
    bug: Twin | None,
    faults: Sequence[Fault],
    size: int | None,
    begun: Callable[[World], None],
    trace: Keeping = True,
    tape: Tape = WHOLE,
) -> Outcome:
    watch = Stopwatch()
    let_go_of_the_last()
    with _ending_no_process():
        system, storm = scenario.system, scenario.drawn(seed, size)
    every = [*scenario.faults, *storm.faults, *faults]
    tape.tell(every)
    world = system.open(seed, every, **storm.options)
    world.deeds = tape.kept(storm.deeds)
    tape.begin(world)
    if scenario.draw is None:
        world.loop.limits.allow_for(scenario.size if size is None else size)
    else:
        world.loop.limits.allow_for_storm(len(storm.deeds))
    world.trace.events = kept(trace)
    begun(world)
    failures: list[str] = []
    came_to: dict[str, None] = {}

    async def play(world: World) -> list[list[Judgement]]:
        refuse_models([scenario.script.__module__])
        failures.extend(await play_story(scenario, world, size))
        rounds: list[list[Judgement]] = []
        with refusing_strays("what judges it"):
            async for end in calm(world):
                rounds.append(judged(system, scenario.checks, end))
                came_to.update(dict.fromkeys(reached(system.hopes, end)))
        world.listen_for_dead_tasks()
        return rounds

    with bug.in_place() if bug else nullcontext(Substitution()) as standing:
        try:
            with _ending_no_process():
                rounds = world.run(play)
        except BaseException as error:
            _tell_beside(error, world)
            raise
    failures += unhandled_errors(world)
    found = [*merged(rounds), judge_story(failures)]
    judgements = with_complaints(found, world, world.faults.each)
    outcome = outcome_of(
        scenario,
        world,
        judgements,
        bug,
        wall_s=watch.elapsed_s(),
        stand_in_calls=standing.calls,
        came_to=came_to,
    )
    outcome = replace(outcome, size=size, beside=[str(fault) for fault in faults])
    write_last(outcome)
    return outcome


def partial_outcome(scenario: Scenario, world: World, error: BaseException) -> Outcome:
    """Return what there is of a run that ended with an error of its story's."""
    unhandled_errors(world)
    raised = Violation(STORY, f"{type(error).__name__}: {error}")
    return outcome_of(
        scenario, world, [Judgement(STORY, Kind.FINALLY, Verdict.ERROR, [raised])], None
    )


@contextmanager
def _ending_no_process() -> Iterator[None]:
    try:
        yield
    except SystemExit as error:
        said = f"the story ended the process: {error!r}"
        raise EndedProcess(said).with_traceback(error.__traceback__) from None


def _tell_beside(error: BaseException, world: World) -> None:
    """Have an error that ends a run tell what services have raised: it may be of their making."""
    unhandled_errors(world)
    for told in world.gateway.unhandled.texts[-TOLD:]:
        error.add_note(told)


def outcome_of(
    scenario: Scenario,
    world: World,
    judgements: Sequence[Judgement],
    bug: Twin | None,
    wall_s: float = 0.0,
    stand_in_calls: int | None = None,
    came_to: Mapping[str, None] | None = None,
) -> Outcome:
    """Return all that is known of a world, under the name of what was told in it."""
    met = world.backends.contention()
    came, missed = ever(world.system.hopes, came_to or {}, met)
    about = [check.name for check in scenario.checks]
    return Outcome(
        scenario=scenario.name,
        summary=scenario.summary,
        seed=world.seed,
        bug=bug.name if bug else None,
        target="sim",
        verdict=run_verdict(judgements, about),
        judgements=judgements,
        about=about,
        trace=world.trace,
        virtual_s=world.loop.time(),
        wall_s=wall_s,
        counts=counts_of(world.trace, world.faults.injected),
        stand_in_calls=stand_in_calls,
        unhandled=tuple(world.gateway.unhandled.texts),
        contention=met,
        reached=came,
        unreached=missed,
        strikes=strikes_of(world.faults.every),
        marks=marks_of(world.faults.every),
        faults=[InjectedFault(str(it), it.injected, it.why_not()) for it in world.faults.each],
    )


def unhandled_errors(world: World) -> list[str]:
    """Return what nobody took care of so far, in sentences."""
    # No task dies in silence: an error that nobody took care of is a failure of the run.
    for it in world.loop.unhandled_errors:
        if isinstance(it.get("exception"), BaseException):
            world.gateway.unhandled.add("a task", it["exception"])
    return [_told(it) for it in world.loop.unhandled_errors]


def _told(mistake: dict[str, Any]) -> str:
    if "bare" in mistake:
        return str(mistake["message"])
    died = f", of which the worker {mistake['worker']} has died" if "worker" in mistake else ""
    error = mistake.get("exception")
    said = repr(mistake["message"]) if error is None else named(error)
    said = " ".join([said, *getattr(error, "__notes__", ())])
    return f"nobody took care of {said}{died}"

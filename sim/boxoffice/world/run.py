"""One run: storm, calm, verdict.

The script is played while faults strike.  Then everything is healed and the world left alone until
it is quiet, and again until every time limit is over.  Both times it is judged: what is
wrong in the first calm may be covered up in the second.
"""

from collections.abc import Sequence
from contextlib import nullcontext

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.faults.schedule import Fault
from boxoffice.trace.outcome import Outcome, counts_of
from boxoffice.trace.verdict import Judgement, merged, overall
from boxoffice.world.calm import calm
from boxoffice.world.scenario import Scenario
from boxoffice.world.telling import story, tell
from boxoffice.world.twin import Standing, Twin
from boxoffice.world.world import World


def run(
    scenario: Scenario,
    seed: int | None = None,
    bug: Twin | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
) -> Outcome:
    """Play `scenario` once, in virtual time, and judge it.

    Without a seed it is the scenario's own.  `faults` strike beside the scenario's.
    Raises: whatever the script raises, save for `AssertionError`, which is its verdict.
    """
    watch = Stopwatch()
    seed = scenario.seed if seed is None else seed
    system = scenario.system
    world = system.open(seed, [*scenario.faults, *faults])
    failures: list[str] = []

    async def play(world: World) -> list[list[Judgement]]:
        failures.extend(await tell(scenario, world, size))
        return [system.judge(evidence) async for evidence in calm(world)]

    with bug.in_place() if bug else nullcontext(Standing()) as standing:
        rounds = world.run(play)
    failures += _mistakes(world.loop)
    judgements = [*merged(rounds), story(failures)]
    return Outcome(
        scenario=scenario.name,
        summary=scenario.summary,
        seed=seed,
        bug=bug.name if bug else None,
        target="sim",
        verdict=overall(judgements),
        judgements=judgements,
        trace=world.trace,
        virtual_s=world.loop.time(),
        wall_s=watch.elapsed_s(),
        counts=counts_of(world.trace, world.faults.struck),
        stand_in_calls=standing.calls,
    )


def _mistakes(loop: SimLoop) -> list[str]:
    # No task dies in silence: an error that nobody took care of is a failure of the run.
    return [f"nobody took care of {it.get('exception') or it['message']!r}" for it in loop.mistakes]

"""Puts a learner's function where it is to stand, and attacks it with two hundred seeds."""

import asyncio
import gc
import sys
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field, replace
from typing import Any, Final

from boxoffice import Outcome, Twin, Verdict
from boxoffice.clock import Stopwatch
from boxoffice.trace import STORY, Judgement, Kind, Trace, Violation, counts_of, overall
from boxoffice.world import judge_story
from scenarios.lab.answer import Answer
from scenarios.lab.candidate import Candidate
from scenarios.lab.exercise import Exercise, Puzzle, Task
from scenarios.lab.hints import hints
from scenarios.lab.limited_output import LimitedOutput
from scenarios.lab.progress import ProgressLine
from scenarios.lab.promises import PROMISES
from scenarios.lab.shop import Shop
from scenarios.lab.signatures import WrongSignature
from scenarios.shop.checks import every_version_announced, judge, nothing_stuck
from scenarios.zoo.alarms import no_second_line

SEEDS: Final = 200
FIRST_SEED: Final = 7_001  # nobody meets these seeds in a notebook
YOURS: Final = "your-function"
ENOUGH: Final = 15  # failing runs, to choose the smallest from
LENGTHY: Final = 10_000  # calls in failing runs: what runs in circles is slow, and does not shrink
STORY_LIMIT_S: Final = 600.0  # of virtual time
DOES_NOT_RUN: Final = "The shop does not run with it"
NEVER_UP: Final = "a service never came up"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One run, and what the learner's function did in it."""

    outcome: Outcome
    candidate: Candidate
    calls: int  # to servers

    @property
    def failed(self) -> bool:
        """Whether anything fell."""
        return bool(self.candidate.mistake or self.outcome.violations)


@dataclass(slots=True)
class _Score:
    runs: int = 0
    called: int = 0
    failing: list[Attempt] = field(default_factory=list)

    def add(self, attempt: Attempt) -> None:
        self.runs, self.called = self.runs + 1, self.called + attempt.candidate.calls
        if attempt.failed:
            self.failing.append(attempt)

    @property
    def why_enough(self) -> str:
        """Why further runs would tell no more; empty as long as they may."""
        if any(it.candidate.mistake for it in self.failing):
            return "what it did is no matter of luck"
        if len(self.failing) == ENOUGH:
            return f"{ENOUGH} are enough to choose the smallest story from"
        if sum(it.calls for it in self.failing) > LENGTHY:
            return "what runs in circles takes long, and tells no more"
        return ""


def grade(
    exercise: Task, function: Any, seeds: int = SEEDS, line: ProgressLine | None = None
) -> Answer:
    """Attack `function` with so many seeds, where it is to stand, and answer.

    How far it is can be told on a `line` meanwhile.
    """
    watch = Stopwatch()
    try:
        candidate = Candidate(exercise, function)
    except WrongSignature as reason:
        return Answer(exercise.name, False, f"{reason}.", 0, 0, watch.elapsed_s())
    score = _Score()
    with (
        _sweeping_between_runs(),
        redirect_stdout(LimitedOutput(sys.stdout)),
        _heeding_warnings(candidate),
        _standing_in(exercise, candidate),
    ):
        for seed in range(FIRST_SEED, FIRST_SEED + seeds):
            gc.collect(0)
            score.add(attack(exercise, candidate, seed))
            if line is not None:
                line.tell(score.runs, len(score.failing))
            if score.why_enough:
                break
    if line is not None:
        line.end(score.runs, len(score.failing))
    return _answer(exercise, score, watch)


def _standing_in(exercise: Task, candidate: Candidate) -> AbstractContextManager[object]:
    if not isinstance(exercise, Exercise):
        return nullcontext()
    return Twin("yours", "yours", "", exercise.target, candidate.stand_in()).in_place()


@contextmanager
def _sweeping_between_runs() -> Iterator[None]:
    # Each world leaves cycles behind.  Looking for them again and again while it runs, and through
    # all that was there before the first one, takes a quarter of the time.
    enabled = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
        gc.unfreeze()


@contextmanager
def _heeding_warnings(candidate: Candidate) -> Iterator[None]:
    """Hear of coroutines that nobody awaited; other warnings go their way."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def heed(message: Warning | str, *where: Any) -> None:
            if not candidate.warned(str(message)):
                show(message, *where)

        warnings.filterwarnings("always", "coroutine .* was never awaited", RuntimeWarning)
        warnings.showwarning = heed  # type: ignore[assignment]
        yield


def attack(exercise: Task, candidate: Candidate, seed: int) -> Attempt:
    """Play what the exercise is about once, with `candidate` in place, and judge it."""
    if isinstance(exercise, Puzzle):
        return _attack_puzzle(exercise, candidate, seed)
    assert isinstance(exercise, Exercise), "there are exercises and puzzles"
    return _attack_shop(exercise, candidate, seed)


def _attack_puzzle(puzzle: Puzzle, candidate: Candidate, seed: int) -> Attempt:
    outcome = puzzle.play(candidate.stand_in(), seed, candidate.begin)
    if candidate.mistake:
        judgements = [_mistaken(candidate.mistake, outcome.trace), *outcome.judgements]
        outcome = replace(outcome, judgements=judgements, verdict=overall(judgements))
    outcome = replace(outcome, scenario=puzzle.name, bug="yours", stand_in="with your function")
    return Attempt(outcome, candidate.end(), 0)


def _attack_shop(exercise: Exercise, candidate: Candidate, seed: int) -> Attempt:
    watch = Stopwatch()
    shop = Shop(seed, exercise.services, exercise.faults, exercise.window_s)
    candidate.begin(shop.world.trace)
    judgements, trace = _judged(exercise, shop, candidate), shop.world.trace
    if candidate.mistake:
        judgements = [_mistaken(candidate.mistake, trace), *judgements]
    outcome = Outcome(
        scenario=exercise.name,
        summary=exercise.task.splitlines()[0],
        seed=seed,
        bug="yours",
        target="sim",
        verdict=overall(judgements),
        judgements=judgements,
        trace=trace,
        virtual_s=shop.world.loop.time(),
        wall_s=watch.elapsed_s(),
        counts=counts_of(trace, shop.world.faults.injected),
        stand_in="with your function",
    )
    return Attempt(outcome, candidate.end(), shop.world.network.calls)


def _judged(exercise: Exercise, shop: Shop, candidate: Candidate) -> list[Judgement]:
    found: list[Judgement] = []

    async def play(_: Any) -> None:
        failures = await _told(exercise, shop)
        shop.world.faults.heal()
        for name in [] if shop.exhausted else [*shop.world.hosts, *shop.world.backends.hosts]:
            shop.world.restart(name)
        await shop.quiet()
        up = {event.host for event in shop.world.trace.of_kind("start")}
        if not up >= shop.world.hosts.keys():
            candidate.mistake = candidate.mistake or f"{DOES_NOT_RUN}: {NEVER_UP}"
        *own, rest = judge(shop.evidence(), [*exercise.checks, nothing_stuck])
        found.extend([*own, judge_story(failures), rest])  # a promise that was broken says more

    try:
        # What one line of defence does is seen only while no second one mends it.
        with no_second_line.in_place():
            shop.world.run(play)
    except (Exception, asyncio.CancelledError) as error:  # it did not open, or came to a halt
        candidate.mistake = candidate.mistake or f"{DOES_NOT_RUN}: {str(error) or NEVER_UP}"
    if shop.exhausted:
        said = "the services went on asking their servers for ever"
        always = [it for it in found if it.kind is Kind.ALWAYS]  # these say why
        others = (it for it in found if it not in always and it.invariant != nothing_stuck.name)
        found = [*always, _stuck(said), *others]
    return found


async def _told(exercise: Exercise, shop: Shop) -> list[str]:
    try:
        async with asyncio.timeout(STORY_LIMIT_S):
            await exercise.story(shop)
    except AssertionError as failure:
        return [str(failure)]
    except TimeoutError:
        return ["the story came to no end"]
    return []


def _mistaken(said: str, trace: Trace) -> Judgement:
    """Return what the story would else not tell of: services live on with what others raise."""
    logged = [it.number for it in trace.of_kind("log") if said in it.get("error", "")]
    breach = Violation(YOURS, said, logged[:1])
    return Judgement(YOURS, Kind.ALWAYS, Verdict.VIOLATED, [breach])


def _stuck(said: str) -> Judgement:
    breach = Violation(nothing_stuck.name, said)
    return Judgement(nothing_stuck.name, Kind.FINALLY, Verdict.VIOLATED, [breach])


def _answer(exercise: Task, score: _Score, watch: Stopwatch) -> Answer:
    seconds, runs, failing = watch.elapsed_s(), score.runs, score.failing
    if not failing:
        words = (
            f"It holds. {runs} runs with {runs} seeds asked it {score.called:,} times "
            "and found nothing wrong."
        )
        return Answer(exercise.name, True, words, runs, 0, seconds)
    smallest = min(failing, key=lambda it: (_rank(it), _size(it)))
    mistake = smallest.candidate.mistake
    if mistake:
        words, invariant, steps = f"{mistake}.", "", []
    else:
        breach = smallest.outcome.violations[0]
        invariant, steps = breach.invariant, hints(exercise, smallest.outcome, smallest.candidate)
        goes = "does not end as promised" if invariant == STORY else f"breaks {invariant}"
        how_many = f"in {len(failing)} of {runs} runs" if runs > 1 else "in its first run"
        stopped = f", and {score.why_enough}" if score.why_enough else ""
        words = (
            f"It falls {how_many}{stopped}. The smallest story that {goes} "
            f"has {_size(smallest)} events."
        )
    return Answer(
        exercise.name,
        False,
        words,
        runs,
        len(failing),
        seconds,
        invariant,
        steps,
        smallest.outcome,
        is_told=isinstance(exercise, Puzzle) and exercise.is_told,
    )


def _rank(attempt: Attempt) -> int:
    """Return how far a failing run is from telling why: 0 for one that tells best."""
    if attempt.candidate.mistake:  # it explains everything that fell because of it
        return 0
    invariant = attempt.outcome.violations[0].invariant
    last = [*(it.name for it in PROMISES), STORY, nothing_stuck.name]
    telling = [every_version_announced.name, *last]
    return 2 + telling.index(invariant) if invariant in telling else 1


def _size(attempt: Attempt) -> int:
    return len(attempt.outcome.trace.events)

"""A campaign: many runs of some storms, until one falls, or the time or the runs are over."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.search.case import Case
from boxoffice.search.played import Played
from boxoffice.search.strategies.strategy import Seeds, Strategy, Turn
from boxoffice.search.workers import Players, played
from boxoffice.trace.verdict import STORY
from boxoffice.world.scenario import Scenario

BAD: Final = ("violated", "error")


@dataclass
class Campaign:
    """What came of the runs so far.

    `fell` has the first run for each set of invariants that fell together, `after` how many runs
    and seconds that was, `times` how often they did, `tested` and `reached` how many runs put an
    invariant to the test, or came to what sometimes happens.
    """

    runs: int = 0
    seconds: float = 0.0
    processor_s: float = 0.0
    falls: int = 0
    times: Counter[tuple[str, ...]] = field(default_factory=Counter)
    fell: dict[tuple[str, ...], Played] = field(default_factory=dict)
    after: dict[tuple[str, ...], tuple[int, float]] = field(default_factory=dict)
    undecided: int = 0
    open: Played | None = None  # the first of these
    vacuous: int = 0  # runs in which nothing, or not all that was asked for, was put to the test
    tested: Counter[str] = field(default_factory=Counter)
    known: dict[str, None] = field(default_factory=dict)
    reached: Counter[str] = field(default_factory=Counter)
    hoped: Counter[str] = field(default_factory=Counter)
    struck: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    shapes: set[int] = field(default_factory=set)
    last_new: int = 0  # the run that last brought a new shape
    called: int | None = None  # how often a broken twin's stand-in was, where that is counted
    asked: Counter[str] = field(default_factory=Counter)  # how often what was asked for struck
    twice: int = 0  # runs that were played twice
    ending: str = ""  # what the strategy says of how far it has come

    def add(self, run: Played) -> None:
        """Take down a run."""
        self.runs += 1
        self.processor_s += run.processor_s
        if run.verdict == "undecided":
            self.undecided += 1
            self.open = self.open or run
        self.vacuous += run.verdict == "vacuous"
        self.twice += run.is_twice
        if run.called is not None:
            self.called = (self.called or 0) + run.called
        for fault, times in run.asked.items():
            self.asked[fault] += times
        self.known.update(dict.fromkeys((*run.tested, *run.untested)))
        for total, each in (
            (self.tested, Counter(run.tested)),
            (self.reached, Counter(run.reached)),
            (self.hoped, Counter([*run.reached, *run.unreached])),
            (self.struck, Counter(run.struck)),
            (self.counts, Counter(run.counts)),
        ):
            total.update(each)
        if not run.shapes <= self.shapes:
            self.shapes |= run.shapes
            self.last_new = self.runs
        if run.verdict in BAD:
            self.falls += 1
            self.times[tuple(run.fell)] += 1
            self.fell.setdefault(tuple(run.fell), run)
            self.after.setdefault(tuple(run.fell), (self.runs, self.seconds))

    @property
    def decided(self) -> int:
        """How many runs say something."""
        return self.runs - self.undecided - self.vacuous

    @property
    def never_reached(self) -> list[str]:
        """What should sometimes be so, and never was."""
        return [name for name in self.hoped if not self.reached[name]]

    @property
    def in_vain(self) -> list[str]:
        """What was asked for and came to nothing: a twin that nobody called, faults."""
        twin = ["nobody called what stands in for the twin's function"] if self.called == 0 else []
        return twin + [f"{it} never struck" for it, times in self.asked.items() if not times]

    @property
    def never_tested(self) -> list[str]:
        """The invariants that no run put to the test."""
        return [name for name in self.known if name != STORY and not self.tested[name]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a campaign plays: each case by its number, which is the same in every campaign."""

    cases: Sequence[Case]  # the same seed of each scenario, before the next seed of any

    def told(self, called: Callable[[Scenario], str]) -> str:
        """Return what is played in words; `called` names a scenario so that it is no other."""
        first = self.cases[0]
        said = [",".join(called(case.scenario) for case in self.cases)]
        said += [first.bug.name] if first.bug else []
        said += [*map(repr, first.faults), *([f"size {first.size}"] if first.size else [])]
        return " ".join(said)

    def case(self, number: int) -> Case:
        """Return a case by its number, from 0 on."""
        nth, of = divmod(number, len(self.cases))
        first = self.cases[of]
        return Case(
            first.scenario, first.seed + nth, first.bug, first.faults, first.size, first.tape
        )

    def of(self, turn: Turn) -> Case:
        """Return the case of a strategy's turn."""
        case = self.case(turn.number)
        if turn.schedule is None:
            return case
        tape = replace(case.tape, schedule=turn.schedule)
        return case.with_tape(replace(tape, strikes={}) if turn.calm else tape)

    def again(self, run: Played) -> Case:
        """Return the case that plays a run of this plan again."""
        assert run.turn is not None, "each was played for a turn"
        case = self.of(run.turn)
        return replace(case, seed=run.seed, tape=replace(case.tape, schedule=run.schedule))


def explore(
    plan: Plan,
    *,
    within_s: float | None = None,
    processor_s: float | None = None,
    runs: int | None = None,
    first: int = 0,
    jobs: int = 1,
    keep_going: bool = False,
    tell: Callable[[Campaign, Played], object] = lambda campaign, run: None,
    campaign: Campaign | None = None,
    strategy: Strategy | None = None,
    twice: int = 0,
    players: Players | None = None,
) -> Campaign:
    """Play cases until one falls; with `keep_going` until the time or the runs are over.

    `within_s` is wall seconds, `processor_s` what its runs may cost; without them and without
    `runs` only a fall ends it, or a strategy that has nothing left; without a strategy it is
    chance.  `first` is the number of the first case.  `tell` is told of each run; what is known is
    in `campaign` all along.  One of `twice` runs is played twice, and falls if its trace differs.
    `players` play in the place of `jobs` processes of this machine.
    Raises: Misuse.
    """
    watch, campaign = Stopwatch(), Campaign() if campaign is None else campaign
    strategy = strategy or Seeds()
    ending = played(
        plan.of, _until(strategy.turns(first), watch, within_s, runs), jobs, twice, players
    )
    try:
        for run in ending:
            assert run.turn is not None, "each was played for a turn"
            strategy.learn(run.turn, run.went, run.verdict)
            campaign.seconds = watch.elapsed_s()
            campaign.add(run)
            tell(campaign, run)
            spent = processor_s is not None and campaign.processor_s >= processor_s
            if spent or (campaign.falls and not keep_going):
                break
    finally:
        ending.close()  # type: ignore[attr-defined]
        campaign.seconds = watch.elapsed_s()
        campaign.ending = strategy.ending()
    return campaign


def _until(
    turns: Iterator[Turn | None], watch: Stopwatch, within_s: float | None, runs: int | None
) -> Iterator[Turn | None]:
    given = 0
    for turn in turns:
        if given == runs or (within_s is not None and watch.elapsed_s() >= within_s):
            return
        given += turn is not None
        yield turn

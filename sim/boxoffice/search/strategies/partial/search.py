"""The search through all sequences that can be told apart, one run for each of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boxoffice.misuse import Misuse
from boxoffice.search.strategies.partial.arrivals import Arrivals
from boxoffice.search.strategies.partial.certificate import certificate
from boxoffice.search.strategies.partial.races import Depends, always, by_touches, races
from boxoffice.search.strategies.partial.steps import Step, Walk
from boxoffice.search.strategies.strategy import Turn

NEVER = 0  # no story does things together for this time


@dataclass(slots=True)
class _Node:
    """A step of the present run, and which legs might arrive in its place.

    Those `asleep` have arrived here in another run, or need not: what would come of it is known.
    """

    step: Step
    asleep: dict[int, Step]
    wanted: dict[int, None] = field(default_factory=dict)

    def next_asleep(self, depends: Depends) -> dict[int, Step]:
        """Return which legs need not arrive next either."""
        return {leg: it for leg, it in self.asleep.items() if not depends(it, self.step)}


class PartialOrder:
    """All sequences of one case, the plan's first, that differ for somebody.

    With `whole`, what services do of their own accord is part of it.  `depends` says which steps
    cannot be exchanged: `always` has all sequences played.
    """

    name = "por"

    def __init__(self, whole: bool = False, depends: Depends = by_touches) -> None:
        self.runs = self.repeated = self.longest = 0
        self.exhausted = False
        self.verdicts = Counter[str]()
        self.whole = whole
        self._depends = depends
        self._nodes: list[_Node] = []
        self.nth = NEVER
        self._waits = False

    @property
    def begun(self) -> bool:
        """Whether it is known where the story does things together, which the first run shows."""
        return self.nth != NEVER

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield one run after the other: each depends on those before it."""
        arrivals: Arrivals | None = Arrivals(NEVER, whole=self.whole)
        while arrivals is not None:
            self._waits = True
            yield Turn(first, arrivals, calm=True)
            while self._waits:
                yield None
            arrivals = self._next()
        self.exhausted = True

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn from a run which others there are.

        Raises: Misuse, for a story that does nothing together.
        """
        self._waits = False
        assert isinstance(went, Walk), "each was played so"
        if not self.begun:
            if not went.times:
                raise Misuse("this story does nothing together, so there is nothing to exchange")
            self.nth = went.times
            return
        self.runs += 1
        self.verdicts[verdict] += 1
        self.repeated += went.blocked is not None
        self._take_down(went.fresh)
        for at, legs in races(went.fresh, self._depends):
            wanted = self._nodes[at].wanted
            if not any(leg in wanted for leg in legs):
                wanted[legs[0]] = None

    def _take_down(self, steps: Sequence[Step]) -> None:
        known = len(self._nodes)
        if known:
            same = [it.step.leg for it in self._nodes[:-1]]
            assert same == [it.leg for it in steps[: known - 1]], "one schedule, one run"
            self._nodes[-1].step = steps[known - 1]
        for step in steps[known:]:
            asleep = self._nodes[-1].next_asleep(self._depends) if self._nodes else {}
            self._nodes.append(_Node(step, asleep, {step.leg: None}))
        self.longest = max(self.longest, len(steps))

    def _next(self) -> Arrivals | None:
        if not self.runs:
            return Arrivals(self.nth, whole=self.whole)
        while self._nodes:
            node = self._nodes[-1]
            node.asleep[node.step.leg] = node.step
            leg = next((it for it in node.wanted if it not in node.asleep), None)
            if leg is not None:
                return self._ordered(node, leg)
            self._nodes.pop()
        return None

    def _ordered(self, node: _Node, leg: int) -> Arrivals:
        legs = [*(it.step.leg for it in self._nodes[:-1]), leg]
        pools = [it.step.pool for it in self._nodes]
        places = [(nth, pools[nth].index(it)) for nth, it in enumerate(legs)]
        asleep = {} if self._depends is always else node.asleep
        return Arrivals(
            self.nth,
            tuple(it for it in places if it[1]),
            self.whole,
            len(legs) - 1,
            {number: tuple(it.touches) for number, it in asleep.items()},
        )

    def ending(self) -> str:
        """Return what was searched, and whether all of it was."""
        return certificate(self)

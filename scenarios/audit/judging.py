"""What two looks at a shop have shown: a breach counts that both have found."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from boxoffice import Outcome, Verdict
from boxoffice.trace import Judgement, Trace, Violation, merged
from scenarios.audit.components import Part, parts_of, together
from scenarios.audit.looks import Look
from scenarios.audit.stuck import stuck, undone
from scenarios.shop.checks import INVARIANTS, judge, nothing_stuck
from scenarios.shop.checks.evidence import REQUESTS, Evidence
from scenarios.shop.outside.evidence import evidence_of
from scenarios.shop.outside.snapshot import Snapshot
from scenarios.shop.outside.unseen import OF_ANSWERS
from scenarios.shop.vocabulary import VOCABULARY

# Of a shop that runs something is always on its way; `stuck` tells what stays there.
OF_PARTS: Final = [it for it in INVARIANTS if it is not nothing_stuck]
DRAWN: Final = 20  # parts, of which there are pictures

Tell = Callable[[int, int], object]


@dataclass(frozen=True)
class Found:
    """What is known.  `under_way` counts parts of which less is known, for they change.

    Breaches count their moments from `began` on, the time of the stream's first message; `guilty`
    are runs of the tickets of these ids.
    """

    judgements: Sequence[Judgement]
    parts: int
    under_way: int
    messages: int
    orders: int
    began: datetime
    guilty: Mapping[str, Outcome] = field(default_factory=dict, repr=False)

    @property
    def verdict(self) -> Verdict:
        """Violated if anything is; vacuous if nothing was judged."""
        verdicts = {it.verdict for it in self.judgements}
        if verdicts & {Verdict.ERROR, Verdict.VIOLATED}:
            return Verdict.VIOLATED
        judged = self.parts > self.under_way and Verdict.HOLDS in verdicts
        return Verdict.HOLDS if judged else Verdict.VACUOUS


class Audit:
    """A first look, and where that has found something, a second one.

    Of parts of which nothing was said since `since_us`, in µs since 1970, nothing is judged.
    `tell` is told how many parts of how many have been judged.  Raises: whatever a check does not.
    """

    def __init__(self, first: Look, since_us: int = 0, tell: Tell = lambda done, of: None) -> None:
        stream = first.stream
        self._tell = tell
        self._undone = dict(undone(first)).keys()  # documents are gone at another look
        # Breaches say when something was, so both looks have one beginning.
        began_us = stream[0].at_us if stream else 0
        self._began = datetime.fromtimestamp(began_us / 1_000_000, UTC)
        parts = parts_of(first).items()
        self._parts = {name: it for name, it in parts if it.last_us >= since_us}
        self._doubtful: set[str] = set()
        self._judgements = self._judged(first, self._parts, self._doubtful)

    @property
    def needs_another(self) -> bool:
        """Whether anything was found that may be gone at another look."""
        return bool(self._doubtful) or bool(self._undone)

    def found(self, second: Look | None = None) -> Found:
        """Return what the looks have found; without a second one that needs none."""
        judgements, said, guilty = self._judgements, list[str](), dict[str, Outcome]()
        if second is not None:
            parts = {name: it for name, it in parts_of(second).items() if name in self._doubtful}
            later = self._judged(second, parts, set())
            judgements = [*map(_standing, judgements, later)]
            said = stuck(self._undone, second)
            wrong = {(it.invariant, it.message) for it in _breaches(judgements)}
            guilty = self._guilty(second, parts, wrong) if wrong else {}
        breaches = [Violation(nothing_stuck.name, it) for it in said]
        verdict = Verdict.HOLDS if self._parts else Verdict.VACUOUS
        verdict = Verdict.VIOLATED if breaches else verdict
        rest = Judgement(nothing_stuck.name, nothing_stuck.kind, verdict, breaches)
        return Found(
            judgements=[*judgements, rest],
            parts=len(self._parts),
            under_way=sum(it.is_under_way for it in self._parts.values()),
            messages=sum(len(it.messages) for it in self._parts.values()),
            orders=sum(len(it.orders) for it in self._parts.values()),
            began=self._began,
            guilty=guilty,
        )

    def _judged(self, look: Look, parts: Mapping[str, Part], doubtful: set[str]) -> list[Judgement]:
        rounds, done = [[Judgement(it.name, it.kind, Verdict.VACUOUS) for it in OF_PARTS]], 0
        for names, some in together(look, parts):
            judgements = self._judge(some)
            if some.restless:  # that nothing can be said of it yet is no verdict on the others
                judgements = [
                    it if it.violations else replace(it, verdict=Verdict.VACUOUS)
                    for it in judgements
                ]
            if any(_breaches(judgements)):
                doubtful.update(names)
            rounds.append(judgements)
            self._tell(done := done + len(names), len(parts))
        return [_all(of_one) for of_one in zip(*rounds, strict=True)]

    def _judge(self, some: Snapshot) -> list[Judgement]:
        return judge(self._evidence(some), OF_PARTS)

    def _evidence(self, some: Snapshot) -> Evidence:
        evidence = evidence_of(some, (), self._began)
        return replace(evidence, unseen={*evidence.unseen, REQUESTS, *OF_ANSWERS})

    def _guilty(
        self, look: Look, parts: Mapping[str, Part], wrong: Collection[tuple[str, str]]
    ) -> dict[str, Outcome]:
        """Return the parts in which something is wrong, each as a run of its own."""
        outcomes: dict[str, Outcome] = {}
        for name, part in parts.items():
            for _, some in together(look, {name: part}):
                evidence = self._evidence(some)
                judgements = judge(evidence, OF_PARTS)
                if any((it.invariant, it.message) in wrong for it in _breaches(judgements)):
                    outcomes[name] = _outcome(some, evidence, judgements)
            if len(outcomes) == DRAWN:
                break
        return outcomes


def _all(of_one: Sequence[Judgement]) -> Judgement:
    """Return what several parts show of an invariant: what none of them tests is not tested."""
    tested = [it for it in of_one if it.verdict is not Verdict.VACUOUS]
    (found,) = merged([[it] for it in tested or of_one[-1:]])
    return found


def _standing(first: Judgement, second: Judgement) -> Judgement:
    """Return what is left of the breaches of a first look."""
    if not first.violations:
        return first
    known = {it.message for it in second.violations}
    both = [it for it in first.violations if it.message in known]
    verdict = first.verdict if both else Verdict.HOLDS
    return replace(first, verdict=verdict, violations=both)


def _breaches(judgements: Iterable[Judgement]) -> list[Violation]:
    return [breach for it in judgements for breach in it.violations]


def _outcome(some: Snapshot, evidence: Evidence, judgements: Sequence[Judgement]) -> Outcome:
    trace = Trace(lambda: 0.0, VOCABULARY)
    for event in evidence.events:
        trace.events.append(event)
    name = ", ".join(str(it.get("title", id)) for id, it in some.tickets.items()) or "no ticket"
    return Outcome(
        scenario="audit",
        summary=f"What has happened to {name}.",
        seed=0,
        bug=None,
        target="a running shop",
        verdict=Verdict.VIOLATED,
        judgements=judgements,
        trace=trace,
        virtual_s=max((it.at_us for it in evidence.events), default=0) / 1_000_000,
        wall_s=0.0,
        counts={},
    )

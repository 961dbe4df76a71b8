"""An invariant, and how it is judged."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from boxoffice.clock.strays import refusing_strays
from boxoffice.trace.debugging import keep
from boxoffice.trace.unhandled import raised_at
from boxoffice.trace.untold import NoTrace
from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation

_MOST: Final = 3  # of what is still in motion, that are spelt out


class Judged(Protocol):
    """What invariants are judged from; `unseen` names those of which it tells nothing."""

    @property
    def restless(self) -> Sequence[str]: ...

    @property
    def unseen(self) -> Collection[str]: ...


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach, in one sentence, with the numbers of the trace events that prove it."""

    message: str
    events: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found; `tested` tells whether anything happened that it is about.

    `occasions` counts that, if the check does, and `untested` says why there was none.
    """

    tested: bool
    breaches: Sequence[Breach] = ()
    occasions: int | None = None
    untested: str = ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One invariant.  One that `judges_unrest` can be judged of a world that is not quiet.

    A breach of one that is `broken_for_good` is one whatever may still move; that it holds cannot
    be said before all is quiet.
    """

    name: str
    kind: Kind
    summary: str
    check: Callable[[Any], Finding]
    judges_unrest: bool = False
    broken_for_good: bool = False
    check_of: Callable[..., Any] | None = None  # the function that it is made of, if it is one

    def judge(self, evidence: Judged) -> Judgement:
        """Return what the evidence shows of this invariant."""
        if self.name in evidence.unseen:
            return Judgement(self.name, self.kind, Verdict.VACUOUS)
        early = self.kind is Kind.FINALLY and evidence.restless and not self.judges_unrest
        why = in_motion(evidence.restless)
        undecided = Judgement(self.name, self.kind, Verdict.UNDECIDED, untested=why)
        if early and not self.broken_for_good:
            return undecided
        try:
            with refusing_strays(self.name):
                finding = self.check(evidence)
        except NoTrace as error:
            return Judgement(self.name, self.kind, Verdict.UNDECIDED, untested=str(error))
        except Exception as error:  # a check of anybody's: it is no verdict, and ends no run
            keep(error)
            raised = Violation(self.name, f"it raised {error!r} at {raised_at(error)}")
            return Judgement(self.name, self.kind, Verdict.ERROR, [raised])
        if early and not finding.breaches:
            return undecided
        violations = [
            Violation(self.name, breach.message, tuple(sorted(set(breach.events))))
            for breach in finding.breaches
        ]
        verdict = _verdict(finding)
        untested = finding.untested if verdict is Verdict.VACUOUS else ""
        return Judgement(self.name, self.kind, verdict, violations, finding.occasions, untested)


def in_motion(restless: Sequence[str]) -> str:
    """Say that a world did not come to rest, and what of it was still in motion.

    >>> in_motion(["a message for billing", "a timer", "a lease", "a letter"])
    'the world did not come to rest: a message for billing, a timer, a lease, and 1 more'
    """
    more = [f"and {len(restless) - _MOST} more"] if len(restless) > _MOST else []
    return f"the world did not come to rest: {', '.join([*restless[:_MOST], *more])}"


def _verdict(finding: Finding) -> Verdict:
    if finding.breaches:
        return Verdict.VIOLATED
    return Verdict.HOLDS if finding.tested else Verdict.VACUOUS

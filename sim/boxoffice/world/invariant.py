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
    """One breach, in one sentence, with the numbers of the trace events that prove it.

    One that is `for_good` stands on finished facts: whatever may still move, it is one.  Any other
    of a `finally` invariant is one only once the world is quiet.
    """

    message: str
    events: Sequence[int] = ()
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has found; `tested` tells whether anything happened that it is about.

    `occasions` counts that, if the check does, and `untested` says why there was none.  A check
    that could not be made to its end says in `undecided` why nothing follows.
    """

    tested: bool
    breaches: Sequence[Breach] = ()
    occasions: int | None = None
    untested: str = ""
    undecided: str = ""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One invariant.  One that `judges_unrest` can be judged of a world that is not quiet.

    Of any other that is to hold finally, only a breach `for_good` counts before; that it holds
    cannot be said, and what is otherwise found is told as what would be said if all stayed so.
    """

    name: str
    kind: Kind
    summary: str
    check: Callable[[Any], Finding]
    judges_unrest: bool = False
    check_of: Callable[..., Any] | None = None  # the function that it is made of, if it is one

    def judge(self, evidence: Judged) -> Judgement:
        """Return what the evidence shows of this invariant."""
        if self.name in evidence.unseen:
            return Judgement(self.name, self.kind, Verdict.VACUOUS)
        early = self.kind is Kind.FINALLY and evidence.restless and not self.judges_unrest
        why = in_motion(evidence.restless) if early else ""
        try:
            with refusing_strays(self.name):
                finding = self.check(evidence)
        except NoTrace as error:
            return self._undecided(why or str(error))
        except Exception as error:  # a check of anybody's: it is no verdict, and ends no run
            keep(error)
            said = f"it raised {error!r} at {raised_at(error)}"
            if early:  # of what is half done it may know nothing
                return self._undecided(f"{why}; as it stands, {said}")
            return Judgement(self.name, self.kind, Verdict.ERROR, [Violation(self.name, said)])
        certain = [it for it in finding.breaches if it.for_good or not early]
        if early and not certain:
            return self._undecided(why + _as_it_stands(finding.breaches))
        if finding.undecided and not certain:
            return self._undecided(finding.undecided)
        violations = [
            Violation(self.name, breach.message, tuple(sorted(set(breach.events))))
            for breach in certain
        ]
        verdict = _verdict(finding)
        untested = finding.untested if verdict is Verdict.VACUOUS else ""
        return Judgement(self.name, self.kind, verdict, violations, finding.occasions, untested)

    def _undecided(self, why: str) -> Judgement:
        return Judgement(self.name, self.kind, Verdict.UNDECIDED, untested=why)


def in_motion(restless: Sequence[str]) -> str:
    """Say that a world did not come to rest, and what of it was still in motion.

    >>> in_motion(["a message for billing", "a timer", "a lease", "a letter"])
    'the world did not come to rest: a message for billing, a timer, a lease, and 1 more'
    """
    more = [f"and {len(restless) - _MOST} more"] if len(restless) > _MOST else []
    return f"the world did not come to rest: {', '.join([*restless[:_MOST], *more])}"


def _as_it_stands(breaches: Sequence[Breach]) -> str:
    if not breaches:
        return ""
    others = f" (and {len(breaches) - 1} more)" if len(breaches) > 1 else ""
    said = breaches[0].message.partition("\n")[0]
    return f"; as it stands, {said}{others}"


def _verdict(finding: Finding) -> Verdict:
    if finding.breaches:
        return Verdict.VIOLATED
    return Verdict.HOLDS if finding.tested else Verdict.VACUOUS

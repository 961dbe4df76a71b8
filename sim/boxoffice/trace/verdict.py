"""What a run has shown: of each invariant, and as a whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from boxoffice.clock.addresses import without_addresses

STORY: Final = "story"  # what the script itself asserts, judged beside the invariants


class Verdict(StrEnum):
    """What may be said of an invariant after a run: `holds`, or `violated`.

    It is `undecided` if the world did not become quiet, so that the end cannot be judged, and
    `vacuous` if nothing happened that could have broken it.  A run is `vacuous` if that is so of an
    invariant that its story is about.
    """

    HOLDS = "holds"
    VIOLATED = "violated"
    ERROR = "error"  # whoever judges it has raised something, so nothing is known of it
    UNDECIDED = "undecided"  # the world did not become quiet, so the end cannot be judged
    VACUOUS = "vacuous"  # nothing happened that could have broken it


class Kind(StrEnum):
    """When an invariant has to hold."""

    ALWAYS = "always"  # at every step
    FINALLY = "finally"  # once the world is healed and quiet


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach.  `events` are the numbers of the trace events that prove it, in order."""

    invariant: str
    message: str
    events: Sequence[int] = ()

    def __post_init__(self) -> None:
        # What falls is told by its message, which is to be the same in each run of a seed.
        object.__setattr__(self, "message", without_addresses(self.message))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a run has shown of one invariant.

    `occasions` is how often it was put to the test, where that is counted, and `untested` says why
    it never was, or why nothing can be said yet.
    """

    invariant: str
    kind: Kind
    verdict: Verdict
    violations: Sequence[Violation] = ()
    occasions: int | None = None
    untested: str = ""


def merged(rounds: Sequence[Sequence[Judgement]]) -> list[Judgement]:
    """Return one judgement for each invariant from several rounds: the worst, with all breaches."""
    return [_worst(of_one) for of_one in zip(*rounds, strict=True)]


def _worst(judgements: Sequence[Judgement]) -> Judgement:
    last = judgements[-1]
    breaches: list[Violation] = []
    for one in judgements:
        # The same breach is found again in the next round; it counts once.
        known = {it.message for it in breaches}
        breaches += [it for it in one.violations if it.message not in known]
    verdict = overall(judgements)
    return replace(last, verdict=verdict, violations=breaches)


def never_tested(judgements: Sequence[Judgement], about: Collection[str]) -> list[Judgement]:
    """Return what was never put to the test, and should have been: what a run is about.

    A run that is about nothing by name is about whatever was judged; one of that will do.
    """
    found = [one for one in judgements if one.invariant != STORY]
    never = [one for one in found if one.verdict is Verdict.VACUOUS]
    if about:
        return [one for one in never if one.invariant in about]
    return never if len(never) == len(found) else []


def run_verdict(judgements: Sequence[Judgement], about: Collection[str]) -> Verdict:
    """Return what may be said of a run of a story: that it holds says that it was tested.

    >>> run_verdict([Judgement("a", Kind.ALWAYS, Verdict.VACUOUS), Judgement(STORY, Kind.FINALLY,
    ...     Verdict.HOLDS)], about=["a"])
    <Verdict.VACUOUS: 'vacuous'>
    """
    worst = overall(judgements)
    never = worst is Verdict.HOLDS and never_tested(judgements, about)
    return Verdict.VACUOUS if never else worst


def overall(judgements: Sequence[Judgement]) -> Verdict:
    """Return the worst of several judgements.

    >>> overall([Judgement("a", Kind.ALWAYS, Verdict.HOLDS), Judgement("b", Kind.ALWAYS,
    ...     Verdict.VACUOUS)])
    <Verdict.HOLDS: 'holds'>
    """
    found = {judgement.verdict for judgement in judgements}
    order = (Verdict.VIOLATED, Verdict.ERROR, Verdict.UNDECIDED, Verdict.HOLDS)
    return next((verdict for verdict in order if verdict in found), Verdict.VACUOUS)

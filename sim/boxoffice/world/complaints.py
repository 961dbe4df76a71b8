"""What is wrong with how a run was asked for must not hide what is violated in it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from boxoffice.faults.after import check_after
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.trace.verdict import Judgement, Verdict, Violation
from boxoffice.world.known_targets import known_targets
from boxoffice.world.stores import refuse_mistyped

if TYPE_CHECKING:
    from boxoffice.world.world import World

_FAILED: Final = (Verdict.VIOLATED, Verdict.ERROR, Verdict.UNDECIDED)


def with_complaints(
    judgements: Sequence[Judgement], world: "World", faults: Iterable[Fault]
) -> list[Judgement]:
    """Return the judgements of a run, the first that failed with what was misused told beside it.

    Raises: Misuse, if nothing has failed and a fault, a webhook or a name is for what is nowhere.
    """
    failed = [one for one in judgements if one.verdict in _FAILED]
    try:
        check_after(faults, known_targets(world), bool(failed))
        world.webhooks.refuse_unheard()
        refuse_mistyped(world)
    except Misuse as complaint:
        if not failed:
            raise
        told = _beside(failed[0], f"and besides: {complaint}")
        return [told if one is failed[0] else one for one in judgements]
    return list(judgements)


def _beside(judgement: Judgement, said: str) -> Judgement:
    """Add a line to the first breach, which is always shown, or where there is none, say it."""
    first, *others = judgement.violations or [Violation(judgement.invariant, "")]
    message = f"{first.message}\n{said}" if first.message else said
    return replace(judgement, violations=[replace(first, message=message), *others])

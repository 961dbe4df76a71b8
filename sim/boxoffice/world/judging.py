"""Whatever was declared to hold is judged: by the system, and what it leaves out, beside it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from boxoffice.misuse import Misuse
from boxoffice.trace.verdict import Judgement
from boxoffice.world.invariant import Invariant

if TYPE_CHECKING:
    from boxoffice.world.system import System


def judged(system: "System", own: Sequence[Invariant], evidence: Any) -> list[Judgement]:
    """Return what the evidence shows of all that a system and a story have declared.

    `own` are the story's invariants, the system's own among them or not.  Raises: Misuse, if one
    is called like another.
    """
    refuse_a_name_twice(system, own)
    found = system.judge(evidence)
    known = {one.invariant for one in found}
    declared = {it.name: it for it in (*system.invariants, *own)}
    return [*found, *(it.judge(evidence) for name, it in declared.items() if name not in known)]


def chosen(system: "System", checks: Sequence[Callable[..., Any] | Invariant]) -> list[Invariant]:
    """Return the invariants that a story names by their functions, or brings.  Raises: Misuse."""
    by_function = {it.check_of: it for it in system.invariants if it.check_of is not None}
    for it in checks:
        if not isinstance(it, Invariant) and it not in by_function:
            name = getattr(it, "__name__", repr(it))
            raise Misuse(
                f"{name} is no invariant of {system.name}: say @{system.name}.always(…) "
                f"or @{system.name}.finally_(…) above it, and above the story"
            )
    own = [it if isinstance(it, Invariant) else by_function[it] for it in checks]
    refuse_a_name_twice(system, own)
    return own


def refuse_a_name_twice(system: "System", others: Sequence[Invariant]) -> None:
    """Let one name stand for one invariant: verdicts are told by it.  Raises: Misuse."""
    known = {it.name: it for it in system.invariants}
    for it in others:
        if known.setdefault(it.name, it) is not it:
            raise Misuse(f"{system.name} has an invariant {it.name!r} already")

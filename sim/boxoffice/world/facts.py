"""What must hold, as plain functions that assert."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any, TypeVar

from boxoffice.trace.verdict import Kind
from boxoffice.world.end import Document, End
from boxoffice.world.invariant import Breach, Finding, Invariant


@dataclass(frozen=True, slots=True)
class Write:
    """One write to one document: `before` is None for the first, `after` for a deletion."""

    id: Any
    before: Document | None
    after: Document | None
    at_s: float  # virtual seconds since the world began


Always = TypeVar("Always", bound=Callable[[Write], None])
Finally = TypeVar("Finally", bound=Callable[[End], None])
Fact = Callable[..., None]


def always(says: str, on: str, check: Callable[[Write], None]) -> Invariant:
    """Return the invariant that `check` passes every write to `on`."""

    def judge(end: End) -> Finding:
        breaches, occasions = [], 0
        for event in end.of_kind("write"):
            if f"{event['database']}.{event['collection']}" != on:
                continue
            occasions += 1
            write = Write(event["id"], event["before"], event["after"], event.at_us / 1e6)
            failure = _failure(check, write)
            if failure is not None:
                breaches.append(Breach(failure, (event.number,)))
        return Finding(occasions > 0, breaches)

    return Invariant(_name(check), Kind.ALWAYS, says, judge, check_of=check)


def finally_(says: str, check: Callable[[End], None]) -> Invariant:
    """Return the invariant that `check` passes the end."""

    def judge(end: End) -> Finding:
        end.looked_at = 0
        failure = _failure(check, end)
        breaches: Sequence[Breach] = [] if failure is None else [Breach(failure)]
        return Finding(end.looked_at > 0 or bool(breaches), breaches)

    return Invariant(_name(check), Kind.FINALLY, says, judge, check_of=check)


def _name(check: Fact) -> str:
    return check.__name__.replace("_", "-")


def _failure(check: Callable[[Any], None], about: Any) -> str | None:
    try:
        check(about)
    except AssertionError as failure:
        return str(failure) or f"not so: {extract_tb(failure.__traceback__)[-1].line}"
    return None

"""What must hold, as plain functions that assert."""

import inspect
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from traceback import extract_tb
from typing import Any, TypeVar

from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.trace.debugging import keep
from boxoffice.trace.verdict import Kind
from boxoffice.world.assertless import never_fails
from boxoffice.world.end import Document, End
from boxoffice.world.invariant import Breach, Finding, Invariant
from boxoffice.world.stores import check_store


@dataclass(frozen=True, slots=True)
class Write:
    """One write to one document: `before` is None for the first, `after` for a deletion."""

    id: Any
    before: Document | None
    after: Document | None
    at_s: float  # virtual seconds since the world began


Always = TypeVar("Always", bound=Callable[[Write], None])
Finally = TypeVar("Finally", bound=Callable[[End], None])
Assertion = Callable[..., None]


def always(says: str, on: str, check: Callable[[Write], None]) -> Invariant:
    """Return the invariant that `check` passes every write to `on`.

    Raises: Misuse, for a check that has to be awaited or asserts nothing, or a name that is none of
    documents.
    """
    check_store(on)

    def judge(end: End) -> Finding:
        breaches, written = [], dict.fromkeys((on,), 0)
        for event in end.of_kind("write"):
            store = f"{event['database']}.{event['collection']}"
            written[store] = written.get(store, 0) + 1
            if store != on:
                continue
            # Copies: what a check does to them is seen by no other, and by no trace.
            before, after = deepcopy((event["before"], event["after"]))
            write = Write(event["id"], before, after, event.at_us / 1e6)
            failure = _failure(check, write)
            if failure is not None:
                breaches.append(Breach(failure, (event.number,)))
        occasions = written.pop(on)
        untested = "" if occasions else f"nothing was written to {on}{nearest(on, written)}"
        return Finding(occasions > 0, breaches, occasions, untested)

    return Invariant(_name(check), Kind.ALWAYS, says, judge, check_of=check)


def finally_(says: str, check: Callable[[End], None]) -> Invariant:
    """Return the invariant that `check` passes the end.

    Raises: Misuse, for a check that has to be awaited, or asserts nothing.
    """

    def judge(end: End) -> Finding:
        end.forget_what_was_asked()
        failure, slip = _failure(check, end), end.slip()
        if failure is not None:
            said = f"{failure}\n{slip}" if slip else failure
            return Finding(True, [Breach(said)], end.looked_at)
        # A name that is nowhere makes half of a fact true of itself.
        tested = end.looked_at > 0 and not slip
        return Finding(tested, (), end.looked_at, "" if tested else slip or end.in_vain())

    return Invariant(_name(check), Kind.FINALLY, says, judge, check_of=check)


def _name(check: Assertion) -> str:
    name = getattr(check, "__name__", type(check).__name__)
    if inspect.iscoroutinefunction(check) or inspect.isgeneratorfunction(check):
        raise Misuse(f"{name} is no plain function that asserts: nobody would await it")
    why = never_fails(check)
    if why:
        raise Misuse(f"{name} {why}, so that it would hold whatever happens: say assert")
    return name.replace("_", "-")


def _failure(check: Callable[[Any], object], about: Any) -> str | None:
    try:
        said = check(about)
    except AssertionError as failure:
        keep(failure)
        return str(failure) or f"not so: {extract_tb(failure.__traceback__)[-1].line}"
    if said is not None:
        # What is returned in the place of an assertion would hold whatever happens.
        raise TypeError(f"a check returned {type(said).__name__}: it asserts, and returns nothing")
    return None

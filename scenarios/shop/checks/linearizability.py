"""Whether what people were told of one ticket can have happened, each thing at one moment.

An operation takes effect at one moment between its beginning and its end.  The search looks for an
order of these moments that explains all that was answered, as in Wing and Gong (1993), with the
states that lead nowhere remembered, as in Lowe (2017).  What only looks is put at the first moment
at which it fits, since it changes nothing, and what certainly fits is not searched for at all; so
what is left is a few operations that overlap.

Sources: https://doi.org/10.1006/jpdc.1993.1015, https://doi.org/10.1002/cpe.3928
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

NEVER: Final = 1 << 62  # the end of what may still take effect
MOST_STATES: Final = 20_000  # that are looked at of one ticket; some hundred are usual


class Deed(StrEnum):
    """What an operation does, or is shown."""

    PLACE = "place"  # the order holds the ticket, which no other holds
    END = "end"  # the order holds it no more; again, if that was so before
    REFUSED = "refused"  # some order holds it
    OPEN = "open"  # this order holds it
    ENDED = "ended"  # this order has held it, and does no more


CHANGES: Final = (Deed.PLACE, Deed.END)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, between two moments; what is not `sure` may have had no effect at all."""

    deed: Deed
    order: str
    began: int
    ended: int
    words: str = ""
    events: tuple[int, ...] = ()
    sure: bool = True


State = tuple[str, frozenset[str]]  # the order that holds it, or "", and those that have ended
START: Final[State] = ("", frozenset())


class TooMany(Exception):
    """There are too many orders in which it may have happened."""


def contradiction(operations: Sequence[Operation]) -> list[Operation]:
    """Return a few operations that cannot all have been as they were answered; none, if they can.

    None of them can be left out.  Raises: TooMany.
    """
    left = _uncertain(operations)
    if _explained(left):
        return []
    for at, each in enumerate(left):
        weaker = [*left[:at], replace(each, sure=False), *left[at + 1 :]]
        if each.sure and not _explained(weaker):
            left = weaker
    return sorted((it for it in left if it.sure), key=lambda it: it.ended)


def _uncertain(operations: Sequence[Operation]) -> list[Operation]:
    """Leave out what is explained however the others have happened."""
    placed = {it.order: it.ended for it in operations if it.deed is Deed.PLACE and it.sure}
    over: dict[str, int] = {}  # order → when it may have ended at the earliest
    done: dict[str, int] = {}  # order → when it had ended at the latest
    for it in operations:
        if it.deed is Deed.END:
            over[it.order] = min(over.get(it.order, NEVER), it.began)
            if it.sure:
                done[it.order] = min(done.get(it.order, NEVER), it.ended)
    held = [(since, over.get(order, NEVER)) for order, since in placed.items()]
    held = sorted(it for it in held if it[0] < it[1])

    def is_certain(it: Operation) -> bool:
        match it.deed:
            case Deed.REFUSED:
                return any(since < it.ended and it.began < until for since, until in held)
            case Deed.OPEN:
                since, until = placed.get(it.order, NEVER), over.get(it.order, NEVER)
                return max(since, it.began) < min(until, it.ended)
            case Deed.ENDED:
                return done.get(it.order, NEVER) < it.ended
        return False

    return sorted((it for it in operations if not is_certain(it)), key=lambda it: it.began)


def _explained(operations: Sequence[Operation]) -> bool:
    """Tell whether all that is sure can have happened.  Raises: TooMany."""
    stack = [((1 << len(operations)) - 1, START, 0)]  # what is left, the state, and since when
    seen: set[tuple[int, State]] = set()
    while stack:
        left, state, since = _looked(operations, *stack.pop())
        if not any(operations[at].sure for at in _bits(left)):
            return True
        if (left, state) in seen:
            continue
        seen.add((left, state))
        if len(seen) > MOST_STATES:
            raise TooMany
        for at in reversed(_next(operations, left, since)):
            it = operations[at]
            after = _after(it, state)
            if after is not None:
                stack.append((left & ~(1 << at), after, max(since, it.began)))
    return False


def _looked(
    operations: Sequence[Operation], left: int, state: State, since: int
) -> tuple[int, State, int]:
    """Let all that only look, look, as soon as they can."""
    looking = True
    while looking:
        looking = False
        for at in _next(operations, left, since):
            it = operations[at]
            if it.deed not in CHANGES and _after(it, state) is not None:
                left, since, looking = left & ~(1 << at), max(since, it.began), True
                break
    return left, state, since


def _next(operations: Sequence[Operation], left: int, since: int) -> list[int]:
    """Return what may take effect next: what has begun before all that is sure has ended."""
    found, first_end = [], NEVER
    for at in _bits(left):  # sorted by when they began
        it = operations[at]
        if it.began > first_end:
            break
        found.append(at)
        first_end = min(first_end, it.ended) if it.sure else first_end
    return [
        at for at in found if operations[at].began <= first_end and operations[at].ended >= since
    ]


def _bits(left: int) -> Iterator[int]:
    while left:
        lowest = left & -left
        yield lowest.bit_length() - 1
        left ^= lowest


def _after(it: Operation, state: State) -> State | None:
    """Return what a state becomes by an operation, or None where it cannot be."""
    holder, ended = state
    match it.deed:
        case Deed.PLACE:
            is_new = not holder and it.order not in ended
            return (it.order, ended) if is_new else None
        case Deed.END:
            if holder == it.order:
                return "", ended | {it.order}
            return state if it.order in ended else None
        case Deed.REFUSED:
            return state if holder else None
        case Deed.OPEN:
            return state if holder == it.order else None
    return state if it.order in ended else None

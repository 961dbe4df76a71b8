"""Sets that come in the order in which their members did.

A Python set of texts is gone through in another order in each process, unless PYTHONHASHSEED says
otherwise.  fakeredis answers from one, and redis-py makes one of the answer.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final

from fakeredis._helpers import current_time
from fakeredis.model import ExpiringMembersSet

ANSWERED_BY: Final = ("SDIFF", "SINTER", "SMEMBERS", "SUNION")  # with a set, by redis-py
_MADE_ANEW: Final = (
    "__and__", "__or__", "__sub__", "__xor__", "copy", "difference", "intersection",
    "symmetric_difference", "union",
)  # fmt: skip


class SetInOrder(set[Any]):
    """A set that is gone through as it was filled, and so is what is made of it by set algebra."""

    def __init__(self, members: Iterable[Any] = ()) -> None:
        self._order = dict.fromkeys(members)
        super().__init__(self._order)

    def __iter__(self) -> Iterator[Any]:
        # Whoever puts something in or takes it out later is not asked: a set is written in C.
        there = set(super().__iter__())
        yield from (it for it in self._order if it in there)
        yield from (it for it in super().__iter__() if it not in self._order)

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, self))}}}" if self else "set()"

    def pop(self) -> Any:
        """Take out the first.  Raises: KeyError."""
        for first in self:
            self.remove(first)
            return first
        return super().pop()


def _in_order(made: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(made)
    def ordered(self: SetInOrder, *others: Any) -> Any:
        found = made(self, *others)
        if found is NotImplemented:
            return found
        members = dict.fromkeys(it for each in (self, *others) for it in each)
        return SetInOrder(it for it in members if it in found)

    return ordered


for _name in _MADE_ANEW:
    setattr(SetInOrder, _name, _in_order(getattr(set, _name)))


def answer_in_order(client: Any) -> None:
    """Have a client of redis-py's make such sets of answers."""
    for command in ANSWERED_BY:
        client.set_response_callback(command, _answered)


def _answered(members: Iterable[Any] | None, **_: Any) -> SetInOrder:
    return SetInOrder(members or ())


def _members(self: Any) -> Iterator[bytes]:
    self._expire_members()
    now = current_time()
    return iter([it for it, at in self._values.items() if at is None or at >= now])


def keep_order() -> None:
    """Have fakeredis go through its sets in order; any is right to whoever else uses it here."""
    ExpiringMembersSet.__iter__ = _members  # type: ignore[method-assign]

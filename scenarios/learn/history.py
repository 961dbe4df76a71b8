"""What was asked of a learner's shop, and what it said: all that it is judged by."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from boxoffice import End
from scenarios.learn.interface import ASKS, SAYS

FINAL = ("cancelled", "expired", "refused")


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the bus has stored it; `number` is that of its event."""

    number: int
    at_s: float
    is_asked: bool
    type: str
    order: Any
    seat: Any
    data: dict[str, Any] = field(hash=False)


@dataclass(frozen=True)
class History:
    """All messages of a run, in the order in which the bus has stored them."""

    messages: Sequence[Said]

    def asked(self, type: str, order: Any = None) -> Iterator[Said]:
        """Yield what was asked, of one order if one is named."""
        yield from self._of(True, type, order)

    def says(self, type: str, order: Any = None) -> Iterator[Said]:
        """Yield what the shop has said, of one order if one is named."""
        yield from self._of(False, type, order)

    def has_said(self, order: Any, *types: str) -> Said | None:
        """Return the first that the shop has said of an order of these types, if any."""
        found = (it for type in types for it in self.says(type, order))
        return min(found, key=lambda it: it.number, default=None)

    def has_asked(self, order: Any, type: str) -> Said | None:
        """Return the first time that this was asked of an order, if it was."""
        return next(self.asked(type, order), None)

    @cached_property
    def orders(self) -> dict[Any, Any]:
        """The orders that were placed, each with its seat."""
        return {it.order: it.seat for it in self.asked("order")}

    def standing(self, seat: Any) -> list[Said]:
        """Return what the shop has sold of a seat, and neither cancelled nor let expire."""
        found = {
            it.order: it
            for it in self.messages
            if not it.is_asked and it.seat == seat and it.type in ("sold", "paid")
        }
        return [it for it in found.values() if not self.has_said(it.order, "cancelled", "expired")]

    def holder(self, seat: Any) -> Said | None:
        """Return what the shop last said of who has a seat."""
        return next((it for it in reversed([*self.says("holder")]) if it.seat == seat), None)

    def _of(self, is_asked: bool, type: str, order: Any) -> Iterator[Said]:
        for it in self.messages:
            if it.is_asked is is_asked and it.type == type and order in (None, it.order):
                yield it


def history_of(end: End) -> History:
    """Return the messages of a run."""
    found = []
    for event in end.of_kind("stored"):
        way, _, type = str(event["subject"]).partition(".")
        data = event["data"]["data"] if isinstance(event["data"], dict) else {}
        if way in (ASKS, SAYS):
            order, seat = _text(data.get("order")), _text(data.get("seat"))
            at_s = event.at_us / 1e6
            found.append(Said(event.number, at_s, way == ASKS, type, order, seat, data))
    return History(found)


def _text(value: Any) -> Any:
    return value if value is None or isinstance(value, str) else repr(value)

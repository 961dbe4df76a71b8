"""No trace: what asks for one is told so."""

from collections.abc import Iterator, Sequence
from typing import NoReturn, overload

from boxoffice.misuse import Misuse
from boxoffice.trace.event import TraceEvent


class NoTrace(Misuse):
    """Something asked for events of a run that keeps none."""

    def __init__(self) -> None:
        super().__init__("no trace was kept of this run")


class Untold(Sequence[TraceEvent]):
    """Events that are counted and forgotten.  Asked for any, it raises NoTrace."""

    are_kept = False

    def __init__(self) -> None:
        self.recorded = 0

    def append(self, event: TraceEvent) -> None:
        """Count an event."""
        self.recorded += 1

    def finish(self) -> None:
        """Say that nothing comes any more."""

    def so_far(self) -> Sequence[TraceEvent]:
        """Return what has happened until now: it can be asked for nothing."""
        return self

    def between(self, *_: object) -> NoReturn:
        """Raise: NoTrace."""
        raise NoTrace

    of_kind = between

    def __len__(self) -> NoReturn:
        raise NoTrace

    @overload
    def __getitem__(self, at: int) -> TraceEvent: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[TraceEvent]: ...

    def __getitem__(self, at: int | slice) -> NoReturn:
        raise NoTrace

    def __iter__(self) -> Iterator[TraceEvent]:
        raise NoTrace

"""A step that comes to no end: a loop of somebody's that awaits nothing.

No virtual time passes in it and nothing else is called, so that no count of calls ends it.  What
passes is a processor's time, which a debugger that waits for somebody does not use.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Final

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.stuck import Endless

# A step takes milliseconds; the longest known, of a crowd of thousands, a second.
BUSY_S: Final = 5.0
BEFORE: Final = "before"
_PLAYS: Final = SimLoop._play.__code__


class _Busy(KeyboardInterrupt):
    """What nobody's `except Exception` takes, nor a task keeps for whom awaits it."""


@contextmanager
def no_step_without_end(begun: Callable[[], object], seconds: float = 0.0) -> Iterator[None]:
    """End one step of a loop, or all that comes before it has `begun`, after `seconds`, or five.

    They are a processor's, and at most twice as many.  What judges a run may take long.  Only the
    main thread hears of it: in others, and where there are no such alarms, nothing is ended.
    Raises: Endless.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(
        signal, "setitimer"
    ):
        yield
        return
    seconds, seen = seconds or BUSY_S, object()

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal seen
        now = _step(frame) if begun() else BEFORE
        if now is not None and now == seen:
            raise _Busy
        seen = now

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
    try:
        yield
    except _Busy as busy:
        said = f"one step has used {seconds:g} s of a processor: a loop in which no time passes?"
        raise Endless(said).with_traceback(_looped(busy.__traceback__)) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _looped(trace: TracebackType | None) -> TracebackType | None:
    # Without who looked: what looped stands last.
    each = trace
    while each and each.tb_next:
        if each.tb_next.tb_next is None:
            each.tb_next = None
            break
        each = each.tb_next
    return trace


def _step(frame: FrameType | None) -> object:
    """Return which step is under way in the innermost loop; None where no loop runs."""
    while frame is not None:
        if frame.f_code is _PLAYS:
            return frame.f_locals.get("calls"), frame.f_locals.get("handle")
        frame = frame.f_back
    return None

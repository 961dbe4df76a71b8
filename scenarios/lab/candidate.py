"""The learner's function while it stands in for production, and what it did that none may do."""

import inspect
import re
import traceback
from collections.abc import Callable
from copy import copy
from functools import partial
from types import TracebackType
from typing import Any, Final

from pydantic import ValidationError

from boxoffice.trace import Trace, TraceEvent
from scenarios.lab.exercise import Task
from scenarios.lab.line_tracing import LineTracer, RunawayFunction, TracedCoroutine
from scenarios.lab.signatures import checked_function, code, short, without_addresses
from services.common.outages import passes

LONGEST: Final = 200  # of an error's own words
ITS_PLACE: Final = re.compile(r"(?<=inside a simulated world), in \S+, line \d+")

_NEVER_AWAITED: Final = re.compile(r"coroutine '(?:[\w<>]+\.)*(\w+)' was never awaited")
_FAULTS: Final = (Exception, SystemExit, RunawayFunction)  # an interruption is nobody's fault


class Candidate:
    """A function that stands in, and what is known of it after a run.

    Raises: WrongSignature, if it could not stand there.
    """

    def __init__(self, exercise: Task, function: Any) -> None:
        production = exercise.production()
        self.exercise = exercise
        self.calls = 0
        self.mistake = ""  # what it did that no function may do
        self._written = checked_function(production, function)
        self._function = function
        self.tracer = LineTracer(self._written)
        self._waits = inspect.iscoroutinefunction(production)
        self._call_of = inspect.signature(production).bind

    def begin(self, trace: Trace) -> None:
        """Watch a run, of which `trace` is the trace."""
        self.tracer.begin(trace)

    def end(self) -> "Candidate":
        """Return what is known of the run, and forget it."""
        self.tracer.end()
        known = copy(self)
        self.calls, self.mistake, self.tracer = 0, "", LineTracer(self._written)
        return known

    def stand_in(self) -> Callable[..., Any]:
        """Return what is put in the place of the production function."""

        async def waits(*args: Any, **named: Any) -> Any:
            return await self._judged_async(self._asked(args, named))

        def answers(*args: Any, **named: Any) -> Any:
            return self._judged(self._asked(args, named))

        return waits if self._waits else answers

    def line_before(self, event: TraceEvent | None) -> str:
        """Return the last line that this event may go back to, in words; or nothing."""
        return self.tracer.before(event)

    def warned(self, message: str) -> bool:
        """Take a warning; return whether it was the learner's doing."""
        found = _NEVER_AWAITED.search(message)
        if found is None or not (self.tracer.on or self.mistake):
            return False
        self._note_no_await(f"does not await `{found[1]}(…)`", self.tracer.last())
        return True

    # --- one call -----------------------------------------------------------------------------

    def _asked(self, args: tuple[Any, ...], named: dict[str, Any]) -> Callable[[], Any]:
        self.calls += 1
        call = self._call_of(*args, **named)  # names of places may differ in the learner's
        return partial(self._function, *call.args, **call.kwargs)

    def _judged(self, work: Callable[[], Any]) -> Any:
        try:
            result = self.tracer.run(work, self.calls)
        except self.exercise.may_raise:
            raise
        except _FAULTS as error:
            raise self._noted(error) from None
        return self._sensible(result)

    async def _judged_async(self, work: Callable[[], Any]) -> Any:
        call = self.calls
        try:
            result = self.tracer.run(work, call)
            if inspect.iscoroutine(result):
                result = await TracedCoroutine(result, self.tracer, call)
        except self.exercise.may_raise:
            raise
        except _FAULTS as error:
            if passes(error) and not self._is_own(error.__traceback__):
                raise
            raise self._noted(error) from None
        finally:
            self.tracer.ended(call)
        return self._sensible(result)

    def _is_own(self, trace: TracebackType | None) -> bool:
        """Tell whether an error came up in the learner's own code, not in what it called."""
        frames = [frame for frame, _ in traceback.walk_tb(trace)]
        return bool(frames) and frames[-1].f_globals is self._written.__globals__

    def _noted(self, error: BaseException) -> Exception:
        told = self._told(error)
        # What was not awaited complains when it goes, and has been told of.
        traceback.clear_frames(error.__traceback__)
        if inspect.iscoroutine(kept := getattr(error, "obj", None)):
            kept.close()
        return told

    def _told(self, error: BaseException) -> Exception:
        where = self.tracer.raised(error.__traceback__)
        if isinstance(error, RunawayFunction):
            return self._note(f"Your function does not come to an end{_in(where)}")
        text = without_addresses(" ".join(_said_by(error).split()))
        if "'coroutine' object" in text:
            return self._note_no_await("uses what it has not awaited", where)
        if "attached to a different loop" in text:  # which comes last, behind paths of any length
            text = "it waits for something that does not belong to this shop"
        text = ITS_PLACE.sub("", text)  # told below, with its line
        text = text if len(text) <= LONGEST else text[:LONGEST] + "…"
        said = f"{type(error).__name__}: {text}" if text else type(error).__name__
        return self._note(f"Your function raised {code(said)}{_in(where)}")

    def _sensible(self, result: Any) -> Any:
        if inspect.iscoroutine(result):
            result.close()
        if self.exercise.returns(result):
            return result
        raise self._note(
            f"Your function returned {code(short(result))}, where {self.exercise.gives} is wanted"
        )

    def _note(self, said: str) -> Exception:
        self.mistake = self.mistake or said
        return RuntimeError(said)

    def _note_no_await(self, does: str, where: str) -> Exception:
        why = "without `await`, such a call is not even begun"
        return self._note(f"Your function {does}{_in(where)}; {why}")


def _in(where: str) -> str:
    return f" in its {where}" if where else ""


def _said_by(error: BaseException) -> str:
    """Return an error's own words; pydantic's go on over several lines, and end with an address."""
    if not isinstance(error, ValidationError):
        return str(error)
    each = [f"{'.'.join(map(str, it['loc']))}: {it['msg']}" for it in error.errors()]
    return f"{error.title}: {'; '.join(each)}"

"""The learner's function, watched while it stands in for production.

It is asked for the right shape before anything runs.  While it runs, its lines are counted, so that
one that loops for ever comes to an end, and remembered, so that a hint can name one.
"""

import asyncio
import inspect
import linecache
import sys
from collections.abc import Callable, Coroutine, Generator
from copy import copy
from dataclasses import dataclass
from functools import partial
from types import CodeType, FrameType
from typing import Any, Final

from scenarios.lab.exercise import Exercise
from services.common.outages import OUTAGES
from sim.host import here
from sim.trace import Trace, TraceEvent, _cause

LINES: Final = 20_000  # in one run; an honest function needs a few hundred


class WrongShape(Exception):
    """This is no function that could stand there; the message says why."""


class _Endless(BaseException):
    """Not an Exception, so that the learner's own `except` does not swallow it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the learner's function, run when the trace had so many events."""

    events: int
    host: str
    line: int
    call: int
    cause: int | None  # the event that the work at hand goes back to


class Candidate:
    """A function that stands in, and what is known of it after a run."""

    def __init__(self, exercise: Exercise, function: Any) -> None:
        check_shape(exercise, function)
        self.exercise = exercise
        self.calls = 0
        self.mistake = ""  # what it did that no function may do
        self.steps: list[Step] = []
        self._function = function
        self._code: CodeType = function.__code__
        self._trace: Trace | None = None
        self._call = 0
        self._ended: dict[int, int] = {}  # call → how many events there were

    def begin(self, trace: Trace) -> None:
        """Watch a run, of which `trace` is the trace."""
        self._trace = trace

    def end(self) -> "Candidate":
        """Return what is known of the run, and forget it."""
        known = copy(self)
        self._trace, self.calls, self.mistake = None, 0, ""
        self.steps, self._ended = [], {}
        return known

    def stand_in(self) -> Callable[..., Any]:
        """Return what is put in the place of the production function."""
        if inspect.iscoroutinefunction(self._function):

            async def waits(*args: Any, **named: Any) -> Any:
                return await self._judged_async(self._function(*args, **named))

            return waits

        def answers(*args: Any, **named: Any) -> Any:
            self.calls += 1
            call = self.calls
            work = partial(self._function, *args, **named)
            return self._judged(lambda: self.watched(work, call))

        return answers

    def line_before(self, event: TraceEvent | None) -> Step | None:
        """Return the last step that this event may go back to, on the same service if possible."""
        steps = self.steps
        if event is not None:
            host = event.host.removesuffix("-db")
            earlier = [step for step in steps if step.events <= event.number]
            steps = [step for step in earlier if step.host == host] or earlier or steps
            # Work that a message began knows its cause only where it is recorded.
            alike = [step for step in steps if step.cause == event.cause]
            steps = alike or [step for step in steps if step.cause is None] or steps
            open_ = [it for it in steps if self._ended.get(it.call, event.number) >= event.number]
            steps = open_ or steps
        # Of several calls under way, the one that began last has gone on last.
        return max(reversed(steps), key=lambda it: it.call, default=None)

    def text_of(self, step: Step) -> str:
        """Return a line's text, without its indentation; empty if nobody knows it."""
        return linecache.getline(self._code.co_filename, step.line).strip()

    def number_of(self, step: Step) -> int:
        """Return a line's number, counted from the function's first line."""
        return step.line - self._code.co_firstlineno + 1

    # --- watching -----------------------------------------------------------------------------

    def _judged(self, work: Callable[[], Any]) -> Any:
        try:
            result = work()
        except self.exercise.may_raise + OUTAGES:
            raise
        except (Exception, _Endless) as error:
            raise self._noted(error) from None
        return self._sensible(result)

    async def _judged_async(self, work: Coroutine[Any, Any, Any]) -> Any:
        self.calls += 1
        call = self.calls
        try:
            result = await _Watched(work, self, call)
        except self.exercise.may_raise + OUTAGES:
            raise
        except (Exception, _Endless) as error:
            raise self._noted(error) from None
        finally:
            self._ended[call] = len(self._trace.events) if self._trace else 0
        return self._sensible(result)

    def _noted(self, error: BaseException) -> Exception:
        where = ""
        if self.steps:
            step = self.steps[-1]
            where = f" in its line {self.number_of(step)}: {self.text_of(step)}"
        if isinstance(error, _Endless):
            said = f"Your function does not come to an end: {LINES:,} lines in one run{where}"
        else:
            said = f"Your function raised {type(error).__name__}: {error}{where}"
        self.mistake = self.mistake or said
        return RuntimeError(said)

    def _sensible(self, result: Any) -> Any:
        if inspect.iscoroutine(result):
            result.close()
        if not self.exercise.returns(result):
            said = f"Your function returned {_short(result)}, where {self.exercise.gives} is wanted"
            self.mistake = self.mistake or said
            raise TypeError(said)
        return result

    def watched(self, work: Callable[[], Any], call: int) -> Any:
        """Run a part of one call, and remember its lines."""
        outer, self._call = sys.gettrace(), call
        sys.settrace(self._enters)
        try:
            return work()
        finally:
            sys.settrace(outer)

    def _enters(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if frame.f_code.co_filename == self._code.co_filename else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self._remember(frame)
            if len(self.steps) > LINES:
                raise _Endless
        return self._line

    def _remember(self, frame: FrameType) -> None:
        life, trace = here.get(), self._trace
        host = "" if life is None else life.host.name
        events = len(trace.events) if trace else 0
        self.steps.append(Step(events, host, frame.f_lineno, self._call, _cause.get()))


class _Watched:
    """Runs a coroutine from one await to the next, watched in between."""

    def __init__(self, work: Coroutine[Any, Any, Any], by: Candidate, call: int) -> None:
        self._work = work
        self._by = by
        self._call = call

    def __await__(self) -> Generator[Any, Any, Any]:
        go: Callable[[], Any] = lambda: self._work.send(None)  # noqa: E731
        while True:
            try:
                waits_for = self._by.watched(go, self._call)
            except StopIteration as end:
                return end.value
            try:
                value = yield waits_for
                go = _sending(self._work, value)
            except GeneratorExit:
                self._work.close()
                raise
            except BaseException as error:
                go = _throwing(self._work, error)


def _sending(work: Coroutine[Any, Any, Any], value: Any) -> Callable[[], Any]:
    return lambda: work.send(value)


def _throwing(work: Coroutine[Any, Any, Any], error: BaseException) -> Callable[[], Any]:
    return lambda: work.throw(error)


def check_shape(exercise: Exercise, function: Any) -> None:
    """Tell before anything runs whether this could stand there.  Raises: WrongShape."""
    wanted = exercise.production()
    name = wanted.__name__
    if not inspect.isfunction(function):
        raise WrongShape(f"{name} is a function, and {_short(function)} is none")
    if asyncio.iscoroutinefunction(wanted) != asyncio.iscoroutinefunction(function):
        right = "async def" if asyncio.iscoroutinefunction(wanted) else "def, without async"
        raise WrongShape(f"{name} is written with {right}, and yours is not")
    if _parameters(wanted) != _parameters(function):
        raise WrongShape(
            f"{name} takes {_parameters(wanted)}, and yours takes {_parameters(function)}"
        )


def _parameters(function: Callable[..., Any]) -> str:
    parameters = inspect.signature(function).parameters.values()
    bare = [it.replace(annotation=it.empty) for it in parameters]
    return str(inspect.Signature(bare))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:80] + "…"

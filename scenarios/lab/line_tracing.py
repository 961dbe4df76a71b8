"""Which of the learner's lines ran, and when.

The lines are counted, so that a function that loops for ever comes to an end, and remembered, so
that a hint can name one.  Nothing here reads a clock: a busy machine makes no difference.
"""

import linecache
import sys
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from traceback import walk_tb
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any, Final

from boxoffice.net import current_life
from boxoffice.trace import Trace, TraceEvent, cause
from scenarios.lab.signatures import code

LINES: Final = 20_000  # in one run; an honest function needs a few hundred
INSTRUCTIONS: Final = 20 * LINES


class RunawayFunction(BaseException):
    """More lines in one run than any function needs.

    Not an Exception, so that the learner's own `except` does not swallow it.
    """


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the learner's, run when the trace had so many events."""

    events: int
    host: str
    code: CodeType
    line: int
    call: int
    cause: int | None  # the event that the work at hand goes back to


class LineTracer:
    """Watches one function, and what else was written beside it, during one run."""

    def __init__(self, function: FunctionType) -> None:
        self.steps: list[Step] = []
        self.on = False  # whether the learner's code runs at this moment
        self._function = function
        self._ended: dict[int, int] = {}  # call → how many events there were
        self._trace: Trace | None = None
        self._call = 0
        self._instructions = 0

    def begin(self, trace: Trace) -> None:
        """Watch a run, of which `trace` is the trace."""
        self._trace = trace

    def end(self) -> None:
        """Let go of the run, whose world would stay with its trace."""
        self._trace = None

    def ended(self, call: int) -> None:
        """Take down that a call is over."""
        self._ended[call] = len(self._trace.events) if self._trace else 0

    def run(self, work: Callable[[], Any], call: int) -> Any:
        """Run a part of one call, and remember its lines.  Raises: RunawayFunction."""
        outer, self._call = sys.gettrace(), call
        self.on = True
        sys.settrace(self._enters)
        try:
            return work()
        finally:
            sys.settrace(outer)
            self.on = False

    def last(self) -> str:
        """Return the line that ran last, in words; empty if there was none."""
        return self._placed(self.steps[-1].code, self.steps[-1].line) if self.steps else ""

    def raised(self, trace: TracebackType | None) -> str:
        """Return the last of the learner's lines that an error came through, in words."""
        frames = reversed([*walk_tb(trace)])
        written = ((it.f_code, line) for it, line in frames if self._is_written(it))
        found = next(written, None)
        return self._placed(*found) if found else self.last()

    def before(self, event: TraceEvent | None) -> str:
        """Return the last line that this event may go back to, in words; empty if there is none."""
        step = self._step_before(event)
        if step is None or self._is_own(step.code):
            return "" if step is None else self._placed(step.code, step.line)
        # It called another function of the learner's: where from says more than where in.
        until = self.steps.index(step)
        own = [it for it in self.steps[:until] if it.call == step.call and self._is_own(it.code)]
        there = self._placed(step.code, step.line)
        return f"{self._placed(own[-1].code, own[-1].line)}, and there {there}" if own else there

    def call_before(self, event: TraceEvent) -> list[Step]:
        """Return the lines of the call that this event may go back to; none if there is none."""
        last = self._step_before(event)
        return [] if last is None else [it for it in self.steps if it.call == last.call]

    def _placed(self, ran: CodeType, line: int) -> str:
        own = self._is_own(ran)
        within = self._function.__code__ if own else ran
        text = linecache.getline(within.co_filename, line).strip()
        where = f"line {line - within.co_firstlineno + 1}"
        where = where if own else f"{where} of {within.co_name}"
        return f"{where}: {code(text)}" if text else where

    def _is_own(self, ran: CodeType) -> bool:
        own = self._function.__code__
        return ran is own or ran.co_qualname.startswith(f"{own.co_qualname}.<locals>")

    def _is_written(self, frame: FrameType) -> bool:
        # The other cells of a notebook, and the rest of a file, have the same globals.
        return frame.f_globals is self._function.__globals__

    def _step_before(self, event: TraceEvent | None) -> Step | None:
        # The last one on the same service if possible.
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

    # --- the trace function -------------------------------------------------------------------

    def _enters(self, frame: FrameType, event: str, arg: Any) -> Any:
        if not self._is_written(frame):
            return None
        frame.f_trace_opcodes = True  # `while True: pass` comes to no new line
        return self._line

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self._remember(frame)
        self._instructions += event == "opcode"
        if len(self.steps) > LINES or self._instructions > INSTRUCTIONS:
            raise RunawayFunction
        return self._line

    def _remember(self, frame: FrameType) -> None:
        life, trace = current_life.get(), self._trace
        host = "" if life is None else life.host.name
        events = len(trace.events) if trace else 0
        step = Step(events, host, frame.f_code, frame.f_lineno, self._call, cause())
        self.steps.append(step)


class TracedCoroutine:
    """Runs a coroutine from one await to the next, watched in between."""

    def __init__(self, work: Coroutine[Any, Any, Any], by: LineTracer, call: int) -> None:
        self._work = work
        self._by = by
        self._call = call

    def __await__(self) -> Generator[Any, Any, Any]:
        go = _sending(self._work, None)
        while True:
            try:
                waits_for = self._by.run(go, self._call)
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

"""The link to a server that lives as long as a block of `async with`."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from boxoffice.clock.loop import SimLoop
from boxoffice.net.direct import Direct
from boxoffice.net.network import Refused

T = TypeVar("T")


class Lifetime(Direct):
    """A link of no length, and the timers of its server; at the end nothing of either is left.

    `closed` makes what a call is told then.
    """

    def __init__(self, name: str, closed: Callable[[], Exception] | None = None) -> None:
        self._name = name
        self._loop = asyncio.get_running_loop()
        if isinstance(self._loop, SimLoop):
            raise RuntimeError(f"{name}() is for real time: a world has servers of its own")
        self._closed = closed or self._refused
        self._over = False
        self._timers: dict[asyncio.TimerHandle, None] = {}
        self._waiting: dict[asyncio.Future[Any], None] = {}

    async def call(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        refuse: Callable[[str, bool], T] | None = None,
    ) -> T:
        """Run `effect`; an answer that is still to come at the end is an error, too.

        Raises: what `effect` raises; what `closed` makes; RuntimeError, on another loop.
        """
        self._check_loop()
        return await super().call(verb, about, partial(self._done, effect), refuse)

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Have `effect` run in the next turn.  Raises: RuntimeError, on another loop."""
        self._check_loop()
        super().send(verb, about, effect)

    def later(self, delay_s: float, ring: Callable[[], object]) -> asyncio.TimerHandle:
        """Call `ring` in so many seconds, unless all is over by then."""

        def rang() -> None:
            del self._timers[timer]
            ring()

        for it in [it for it in self._timers if it.cancelled()]:
            del self._timers[it]
        timer = self._loop.call_later(delay_s, rang)
        self._timers[timer] = None
        return timer

    async def end(self) -> None:
        """Let what was sent have its effect, then end everything."""
        await asyncio.sleep(0)
        self._over = True
        for timer in self._timers:
            timer.cancel()
        for answer in list(self._waiting):
            answer.set_exception(self._closed())

    def _done(self, effect: Callable[[], T | Awaitable[T]]) -> T | Awaitable[T]:
        if self._over:
            raise self._closed()
        answer = effect()
        if isinstance(answer, asyncio.Future):
            self._waiting[answer] = None
            answer.add_done_callback(self._waiting.pop)
        return answer

    def _refused(self) -> Exception:
        return Refused(f"{self._name}(): it is closed, the block that opened it has ended")

    def _check_loop(self) -> None:
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError(
                f"{self._name}() was opened on another event loop: "
                "open it in the test, or give its fixture the loop of its tests"
            )

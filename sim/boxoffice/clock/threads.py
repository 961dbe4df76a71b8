"""What anyio does otherwise in a world: nothing in threads, and cancelling in one order.

Starlette and FastAPI give each endpoint and dependency that is no coroutine to a thread.  That
would bring back real time and chance, and anyio's own wait for a loop's end that they are never
told of: it is done at once, in the loop's own thread.  What a group cancels, it keeps in a set,
whose order is another in each run.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from contextvars import copy_context
from functools import cache
from typing import Any

from boxoffice.clock.late import Patch
from boxoffice.clock.patches import Patches


@cache
def inline(inside: Callable[[], bool]) -> Patches:
    """Return what keeps anyio's threads away, and its order, wherever `inside` says so."""
    with suppress(ImportError):
        from anyio._backends._asyncio import AsyncIOBackend, CancelScope

        return Patches([_at_once(AsyncIOBackend, inside), _in_order(CancelScope, inside)])
    return Patches([])


class _InOrder(dict[Any, None]):
    """A set, as far as anyio uses it, that is gone through in the order of its entries."""

    def add(self, entry: Any) -> None:
        self[entry] = None

    def remove(self, entry: Any) -> None:
        del self[entry]

    def discard(self, entry: Any) -> None:
        self.pop(entry, None)


def _in_order(scope: Any, inside: Callable[[], bool]) -> Patch:
    real = scope.__init__

    def begin(self: Any, *args: Any, **named: Any) -> None:
        real(self, *args, **named)
        if inside():
            self._child_scopes = _InOrder()

    return Patch(scope, "__init__", begin)


def _at_once(backend: Any, inside: Callable[[], bool]) -> Patch:
    real = backend.run_sync_in_worker_thread

    async def run(
        cls: Any,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        abandon_on_cancel: bool = False,
        limiter: Any = None,
    ) -> Any:
        if not inside():
            return await real(function, args, abandon_on_cancel, limiter)
        await cls.checkpoint()
        async with limiter or nullcontext():
            return copy_context().run(function, *args)

    return Patch(backend, "run_sync_in_worker_thread", classmethod(run))

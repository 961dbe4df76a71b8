"""Work that anyio would give to threads is done at once, in the loop's own thread.

Starlette and FastAPI do so with every endpoint and dependency that is no coroutine.  A thread would
bring back real time and chance, and anyio's own wait for a loop's end that they are never told of.
"""

from collections.abc import Callable
from contextlib import nullcontext, suppress
from contextvars import copy_context
from functools import cache
from typing import Any

from boxoffice.clock.patches import Patch, Patches


@cache
def inline(inside: Callable[[], bool]) -> Patches:
    """Return what keeps anyio's threads away wherever `inside` says so."""
    with suppress(ImportError):
        from anyio._backends._asyncio import AsyncIOBackend

        return Patches([_at_once(AsyncIOBackend, inside)])
    return Patches([])


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

"""A loop that runs inside a task of another, as in a Jupyter cell or in an asynchronous test."""

import asyncio
import sys
from asyncio import events
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def nested(
    loop: asyncio.AbstractEventLoop, left: Callable[[AsyncGenerator[Any, Any]], None]
) -> Iterator[None]:
    """Let `loop` be the one that runs, and put back what was running.

    `left` is told of each asynchronous generator that was begun and let go before its end.

    The task around is left meanwhile: a thread is in one task at a time, whatever the loop, and
    since Python 3.14 asyncio insists on it.
    """
    outer, hooks = events._get_running_loop(), sys.get_asyncgen_hooks()
    task = None if outer is None else asyncio.current_task(outer)
    if outer is not None and task is not None:
        asyncio.tasks._leave_task(outer, task)
    events._set_running_loop(loop)
    sys.set_asyncgen_hooks(None, left)  # an outer loop must not adopt our generators
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)
        events._set_running_loop(outer)
        if outer is not None and task is not None:
            asyncio.tasks._enter_task(outer, task)

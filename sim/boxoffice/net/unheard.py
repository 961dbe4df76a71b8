"""Requests that arrive when their caller has given up."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from boxoffice.net.host import Host


def have_unheard(target: Host, effect: Callable[[], Any]) -> None:
    """Run an effect at its target; whatever it answers or raises is told to nobody."""
    with suppress(Exception):
        result = effect()
        if inspect.iscoroutine(result):
            target.spawn(result).add_done_callback(_heard)
        elif asyncio.isfuture(result):
            result.cancel()  # a server does not wait for the sake of a client that has gone


def _heard(work: asyncio.Future[Any]) -> None:
    if not work.cancelled():
        work.exception()  # which is nobody's to hear

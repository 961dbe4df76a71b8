"""What was begun and never asked for: coroutines that nobody awaits, and tasks that die unheard."""

import asyncio
import weakref
from collections.abc import Iterable
from typing import Any

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host, adopt_by_host, current_life, unheard


class Forgotten:
    """What one world's story and services forget; each is an error that nobody took care of."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop
        self._tasks: list[weakref.ref[asyncio.Task[Any]]] = []  # of no host: the story's
        loop.on_task = self._adopt
        loop.on_unawaited = self._never_awaited

    def listen_for_dead_tasks(self, hosts: Iterable[Host]) -> None:
        """Take each task that has died as an error that nobody took care of."""
        # asyncio tells of them when they are collected, which may be after the run, or never.
        errors = [error for host in hosts for error in host.life.unheard()]
        for error in (*errors, *unheard(self._tasks)):
            self._loop.call_exception_handler({"message": "a task has died", "exception": error})

    def _adopt(self, task: asyncio.Task[Any]) -> None:
        adopt_by_host(task)
        if current_life.get() is None:
            self._tasks.append(weakref.ref(task))

    def _never_awaited(self, said: str) -> None:
        life = current_life.get()
        if life is not None and not life.alive:
            return  # what a crash ends had no time to be awaited
        told = {"message": f"{life.host.name if life else 'the story'}: {said}", "bare": True}
        if told not in self._loop.unhandled_errors:
            self._loop.unhandled_errors.append(told)

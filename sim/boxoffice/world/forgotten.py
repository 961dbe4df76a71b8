"""What was begun and never asked for: coroutines that nobody awaits, and tasks that die unheard."""

import asyncio
import weakref
from collections.abc import Iterable
from typing import Any, Final

from boxoffice.clock.loop import SimLoop
from boxoffice.net.host import Host, adopt_by_host, current_life, unheard

MANY: Final = 100  # tasks that are remembered before it is looked which are gone


class Forgotten:
    """What one world's story and services forget; each is an error that nobody took care of."""

    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop
        self._tasks: list[weakref.ref[asyncio.Task[Any]]] = []  # of no host: the story's
        self._many = MANY
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
            if len(self._tasks) > self._many:  # most of them are gone, and have told what they had
                self._tasks = [it for it in self._tasks if it() is not None]
                self._many = MANY + 2 * len(self._tasks)

    def _never_awaited(self, said: str) -> None:
        life = current_life.get()
        if life is not None and not life.alive:
            return  # what a crash ends had no time to be awaited
        told = {"message": f"{life.host.name if life else 'the story'}: {said}", "bare": True}
        if told not in self._loop.unhandled_errors:
            self._loop.unhandled_errors.append(told)

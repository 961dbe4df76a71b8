"""The end of everything that still runs when a run is over, also of what will not end."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any, Final

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.stuck import Stuck
from boxoffice.clock.waiting import coroutine_of, place_of
from boxoffice.net.host import Host
from boxoffice.trace.trace import Trace
from boxoffice.world.library_caches import forget_apps

ROUNDS: Final = 3  # cancellations of what goes on: a library may swallow one, as it retries
ROUND_S: Final = 60.0  # for what cleans up before it ends; a drain takes 30 s by default


def end_all(loop: SimLoop, hosts: Sequence[Host], trace: Trace) -> None:
    """End all tasks of hosts, and the loop; nothing of it is recorded.

    A task that goes on however often it is cancelled is dropped, and is an unhandled error.
    """
    trace.end()
    tasks = [task for host in hosts for task in host.life.tasks]
    for host in hosts:
        host.life.end()
    for task in _left(loop, tasks):
        name, place = whose(task, hosts)[0], place_of(task) or coroutine_of(task)
        said = f"{name} goes on at {place}, though cancelled {ROUNDS} times"
        loop.call_exception_handler({"message": said})
    for coroutine in [it for host in hosts for it in host.cut_short]:
        coroutine.close()  # or Python would warn of it
    loop.close()
    forget_apps()


def whose(
    task: asyncio.Task[Any], hosts: Iterable[Host]
) -> tuple[str, Sequence[asyncio.Task[Any]]]:
    """Return the host that a task runs on, and all tasks there; what is on none is the story."""
    for host in hosts:
        if task in host.life.tasks:
            return host.name, list(host.life.tasks)
    return "the story", ()


def _left(loop: SimLoop, tasks: list[asyncio.Task[Any]]) -> list[asyncio.Task[Any]]:
    # They have been cancelled once, with their lives.
    for again in range(ROUNDS):
        tasks = [task for task in tasks if not task.done()]
        if not tasks:
            break
        if again:
            for task in tasks:
                task.cancel()
        try:
            loop.run_until_complete(asyncio.wait(tasks, timeout=ROUND_S))
        except Stuck:
            continue  # one that never sleeps lets no time pass
    return [task for task in tasks if not task.done()]

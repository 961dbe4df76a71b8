"""Sets of tasks are gone through in one and the same order in every run."""

import asyncio
from contextlib import suppress

import anyio
from pytest import mark

from boxoffice import System

MANY = range(16)


async def waits(number, told):
    try:
        await asyncio.sleep(10)
    finally:
        told.append(number)


async def cancelled_by_a_group():
    told = []
    with suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            for number in MANY:
                group.create_task(waits(number, told))
            await asyncio.sleep(1)
            raise LookupError
    return told


async def cancelled_by_anyio():
    told = []
    async with anyio.create_task_group() as group:
        for number in MANY:
            group.start_soon(waits, number, told)
        await asyncio.sleep(1)
        group.cancel_scope.cancel()
    return told


async def told_after(seconds, number, told):
    told.append(number)
    await asyncio.sleep(seconds)
    return number


async def as_completed():
    begun = []
    coming = asyncio.as_completed([told_after(1, number, begun) for number in MANY], timeout=5)
    return [await each for each in coming], begun


async def waited_for():
    done, _ = await asyncio.wait([asyncio.create_task(told_after(1, it, [])) for it in MANY])
    return [task.result() for task in done]


async def futures_in_a_set():
    loop = asyncio.get_running_loop()
    waiting = {loop.create_future(): number for number in MANY}
    return [waiting[it] for it in set(waiting)]


async def names():
    tasks = [asyncio.create_task(asyncio.sleep(1)) for _ in MANY]
    named = sorted(task.get_name() for task in asyncio.all_tasks())
    return [*named, *(task.get_name() for task in tasks)]


@mark.parametrize(
    "deed",
    [
        cancelled_by_a_group,
        cancelled_by_anyio,
        as_completed,
        waited_for,
        futures_in_a_set,
        names,
    ],
)
def test_two_runs_go_through_their_tasks_in_the_same_order(deed):
    told = []

    async def works(_):
        told.append(await deed())

    system = System("yard")
    system.service("worker", works)

    @system.story
    async def a_day(world):
        await world.passes(60)

    litter = []
    for _ in range(3):
        litter += [asyncio.sleep(0) for _ in range(7)]  # else the addresses might be the same
        assert system.run(a_day).verdict == "holds"
    for each in litter:
        each.close()
    assert told[0] == told[1] == told[2]

import asyncio

from pytest import raises

from tests.engine.wires import Wires


def test_the_tasks_of_a_life_end_with_it_in_the_order_in_which_they_were_begun():
    wires, ended = Wires(), []

    async def work(name):
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append(name)
            raise

    tasks = [wires.server.spawn(work(name)) for name in "abcdef"]
    wires.run(asyncio.sleep(1))
    wires.server.crash()
    wires.run(asyncio.wait(tasks))
    assert ended == list("abcdef")
    assert wires.loop.time() == 1


def test_a_task_made_by_a_task_of_a_host_dies_with_the_host_too():
    wires, alive = Wires(), []

    async def heart():
        while True:
            await asyncio.sleep(1)
            alive.append(wires.loop.time())

    async def parent():
        await asyncio.create_task(heart())

    wires.server.spawn(parent())
    wires.loop.call_later(3.5, wires.server.crash)
    wires.run(asyncio.sleep(60))
    assert alive == [1, 2, 3]


def test_a_task_that_is_nobodys_outlives_every_host():
    wires = Wires()
    task = wires.loop.create_task(wires.slow_effect())
    wires.server.crash()
    assert wires.run(task) == "done"


def test_a_task_that_has_ended_is_forgotten():
    wires = Wires()
    wires.run(wires.server.spawn(asyncio.sleep(1)))
    wires.run(asyncio.sleep(0))
    assert wires.server.life.tasks == {}


def test_a_host_comes_back_in_a_new_life_that_knows_nothing_of_the_old_one():
    wires = Wires()
    old = wires.server.life
    task = wires.server.spawn(asyncio.sleep(3600))
    wires.server.crash()
    wires.run(asyncio.wait([task]))
    assert not wires.server.up
    wires.server.revive()
    assert wires.server.up
    assert wires.server.life is not old
    assert wires.server.life.tasks == {}
    with raises(asyncio.CancelledError, match="server has crashed"):
        old.check()


def test_only_the_dead_are_revived():
    with raises(AssertionError, match="server is up"):
        Wires().server.revive()

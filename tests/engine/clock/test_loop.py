import asyncio

import simpy
from pytest import mark, raises

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.sandbox import SandboxViolation
from boxoffice.clock.simpy_events import wait_for_event
from boxoffice.clock.stuck import Stuck


def loop():
    return SimLoop(simpy.Environment())


def test_sleeping_takes_virtual_time_alone():
    it = loop()
    it.run_until_complete(asyncio.sleep(86_400))
    assert it.time() == 86_400


def test_a_coroutine_and_a_simpy_process_share_one_clock_and_one_queue():
    it, seen = loop(), []

    def process(env):
        for _ in range(3):
            yield env.timeout(2)
            seen.append(("process", env.now))

    async def coroutine():
        for _ in range(2):
            await asyncio.sleep(3)
            seen.append(("coroutine", it.time()))

    it.env.process(process(it.env))
    it.run_until_complete(coroutine())
    assert seen == [("process", 2), ("coroutine", 3), ("process", 4), ("coroutine", 6)]


def test_a_coroutine_waits_for_a_simpy_process_and_gets_what_it_returns():
    it = loop()

    def process(env):
        yield env.timeout(5)
        return "done"

    async def wait():
        process_event = it.env.process(process(it.env))
        first = await wait_for_event(process_event)
        return first, await wait_for_event(process_event)  # also when it is long over

    assert it.run_until_complete(wait()) == ("done", "done")


def test_what_a_simpy_process_raises_reaches_the_coroutine_that_waits_for_it():
    it = loop()

    def process(env):
        yield env.timeout(1)
        raise LookupError("lost")

    with raises(LookupError, match="lost"):
        it.run_until_complete(wait_for_event(it.env.process(process(it.env))))


def test_what_is_ready_at_one_moment_runs_in_the_order_in_which_it_became_ready():
    it, seen = loop(), []

    async def note(name):
        await asyncio.sleep(1)
        seen.append(name)

    async def main():
        await asyncio.gather(*(note(name) for name in "abcdef"))

    it.run_until_complete(main())
    assert seen == list("abcdef")


def test_a_timeout_strikes_at_its_virtual_moment():
    it = loop()

    async def main():
        with raises(TimeoutError):
            async with asyncio.timeout(30):
                await asyncio.sleep(900)
        return it.time()

    assert it.run_until_complete(main()) == 30


def test_a_cancelled_timer_does_not_ring():
    it, rung = loop(), []

    async def main():
        it.call_later(1, rung.append, "one").cancel()
        it.call_later(1, rung.append, "two")
        await asyncio.sleep(2)

    it.run_until_complete(main())
    assert rung == ["two"]


def test_timers_that_were_cancelled_are_forgotten_and_the_others_ring_in_their_order():
    it, rung, most = loop(), [], 0

    async def limits():
        nonlocal most
        for number in range(2_000):
            async with asyncio.timeout(300):  # which nobody reaches
                await asyncio.sleep(0.001)
            if number % 10 == 0:
                it.call_later(10 - number % 7, rung.append, (10 - number % 7 + it.time(), number))
            most = max(most, len(it.env._queue))
        await asyncio.sleep(20)

    it.run_until_complete(limits())
    assert most < 1_000
    assert rung == sorted(rung)
    assert len(rung) == 200


def test_waiting_for_what_nobody_will_do_is_an_error_and_no_endless_loop():
    it = loop()

    async def wait():
        await it.create_future()

    with raises(Stuck):
        it.run_until_complete(wait())


def test_it_runs_inside_a_running_loop_and_leaves_that_one_as_it_was():
    async def cell():
        inner = loop().run_until_complete(asyncio.sleep(900, "inner"))
        await asyncio.sleep(0)
        return inner, asyncio.get_running_loop().is_running(), asyncio.current_task() is not None

    assert asyncio.run(cell()) == ("inner", True, True)


def test_a_loop_that_runs_in_a_task_of_another_has_tasks_of_its_own_at_that_time():
    async def cell():
        mine, outer = asyncio.current_task(), asyncio.get_running_loop()

        async def within():
            tasks = asyncio.current_task(), asyncio.current_task(outer)
            await asyncio.sleep(900)
            return tasks

        inner, aside = loop().run_until_complete(within())
        assert aside is None  # a thread runs one task at a time: by check, since Python 3.14
        assert inner is not None
        assert asyncio.current_task() is mine
        async with asyncio.timeout(10):  # which asks for the task that it is in
            await asyncio.sleep(0)
        return "inner and outer"

    assert asyncio.run(cell()) == "inner and outer"
    assert loop().run_until_complete(cell()) == "inner and outer"


def test_the_task_around_is_back_when_a_run_in_it_raises():
    async def cell():
        mine = asyncio.current_task()
        with raises(Stuck):
            loop().run_until_complete(asyncio.Event().wait())
        return asyncio.current_task() is mine

    assert asyncio.run(cell())


def test_a_loop_that_runs_is_not_run_again():
    it = loop()

    async def again():
        waiting = it.create_future()
        with raises(RuntimeError, match="running already"):
            it.run_until_complete(waiting)
        return it.is_running()

    assert it.run_until_complete(again())


def test_who_is_stuck_is_told_of_the_errors_that_nobody_took_care_of():
    it = loop()

    async def wait():
        it.call_soon(lambda: 1 / 0)
        await asyncio.Event().wait()

    with raises(Stuck, match="nobody took care of ZeroDivisionError"):
        it.run_until_complete(wait())


def test_threads_run_inline_and_hand_back_what_they_raise():
    def fail():
        raise LookupError("lost")

    async def main():
        assert await asyncio.to_thread(lambda: 42) == 42
        with raises(LookupError):
            await asyncio.to_thread(fail)

    it = loop()
    it.run_until_complete(main())
    assert it.time() == 0


@mark.parametrize("attempt", ["create_connection", "create_server", "subprocess_exec"])
def test_the_real_world_is_refused_with_what_was_attempted(attempt):
    with raises(SandboxViolation, match=f"{attempt}\\('somewhere'"):
        getattr(loop(), attempt)("somewhere")


def test_an_error_that_no_task_took_care_of_is_kept():
    it = loop()

    async def main():
        it.call_soon(lambda: 1 / 0)
        await asyncio.sleep(1)

    it.run_until_complete(main())
    assert [type(found["exception"]) for found in it.unhandled_errors] == [ZeroDivisionError]


def test_a_real_time_environment_plays_the_same_run_at_its_own_pace():
    def moments(env):
        it, seen = SimLoop(env), []

        async def main():
            for delay in (1, 2, 3):
                await asyncio.sleep(delay)
                seen.append(it.time())

        it.run_until_complete(main())
        return seen

    from simpy.rt import RealtimeEnvironment

    paced = moments(RealtimeEnvironment(factor=0.001, strict=False))
    assert paced == moments(simpy.Environment()) == [1, 3, 6]


def test_a_timer_knows_when_it_rings():
    it = loop()
    assert [it.call_later(3, print).when(), it.call_at(5, print).when()] == [3.0, 5.0]

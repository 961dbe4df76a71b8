"""What crosses a link whose other end stands still: it waits, in its order."""

import asyncio

from pytest import mark, raises

from boxoffice.net.network import Lost
from tests.engine.wires import Wires


def asleep(wires, for_s):
    """Have the server stand still for so long."""
    wires.server.pause()
    wires.loop.call_later(for_s, wires.server.life.wake)


@mark.parametrize("way", ["link", "lane"])
def test_messages_wait_in_their_order(way):
    wires = Wires()
    sends = wires.link.send if way == "link" else wires.link.in_order().send
    asleep(wires, 3.0)
    for n in range(3):
        sends("publish", f"{n}", lambda n=n: wires.effects.append((n, wires.loop.time())))
        wires.run(asyncio.sleep(0.1))
    assert wires.effects == []
    wires.run(asyncio.sleep(3.0))
    assert wires.effects == [(n, 3.0) for n in range(3)]


def test_what_a_server_pushes_waits_until_it_wakes():
    wires = Wires()
    pushes = wires.link.pushes()
    asleep(wires, 3.0)
    pushes.send("message", "a", wires.effect)
    wires.run(asyncio.sleep(2.9))
    assert wires.effects == []
    wires.run(asyncio.sleep(0.2))
    assert len(wires.effects) == 1


def test_a_server_that_stops_after_the_effect_answers_when_it_wakes():
    def stops():
        asleep(wires, 3.0)
        return wires.effect()

    wires = Wires()
    assert wires.call(stops) == "done"
    assert wires.effects[0] < 0.1
    assert wires.loop.time() > 3.0


def test_work_that_is_done_meanwhile_is_answered_when_it_wakes():
    wires = Wires()
    work = wires.loop.create_future()
    wires.loop.call_later(1.0, work.set_result, "done")
    wires.loop.call_later(0.5, asleep, wires, 3.0)
    assert wires.call(lambda: work) == "done"
    assert wires.loop.time() > 3.5


def test_whoever_waits_longer_than_ever_is_told_that_nobody_answers():
    wires = Wires()
    asleep(wires, 7.0)
    with raises(Lost, match="did not answer in time"):
        wires.call()
    assert 5.0 <= wires.loop.time() < 5.1
    wires.run(asyncio.sleep(3.0))
    assert wires.effects == [7.0], "it is done all the same"


def test_a_server_that_dies_in_its_sleep_has_done_nothing_of_it_and_nobody_can_know():
    wires = Wires()
    wires.server.pause()
    wires.link.send("publish", "a", wires.effect)
    wires.loop.call_later(1.0, wires.server.crash)
    with raises(Lost, match="server went away"):
        wires.call()
    assert wires.loop.time() < 1.1
    wires.run(asyncio.sleep(9.0))
    assert wires.effects == []


def test_a_server_that_dies_between_effect_and_answer_does_not_answer():
    def stops():
        wires.server.pause()
        wires.loop.call_later(1.0, wires.server.crash)
        return wires.effect()

    wires = Wires()
    with raises(Lost, match="server went away"):
        wires.call(stops)
    assert len(wires.effects) == 1

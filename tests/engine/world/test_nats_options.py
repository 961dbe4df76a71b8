"""What is said to nats-py's connection is honoured, without meaning here, or refused."""

import asyncio

import nats
import nats.errors
from pytest import fixture, mark, raises

from boxoffice import System, fake_jetstream
from boxoffice.errors import NotSimulated
from boxoffice.servers.jetstream import client_options


def test_every_option_that_nats_py_knows_is_one_of_the_three():
    taken = client_options._HONOURED | client_options._MEANINGLESS
    refused = {"no_echo", "reconnect_to_server_handler", "self", "skip_subject_validation"}
    assert set(client_options.KNOWN) - taken <= refused
    assert not refused & taken


@fixture
def away():
    """Have NATS go away for some seconds; return what a connection with options has noticed."""

    def play(down_s, **options):
        noted = []

        async def works(_):
            loop = asyncio.get_running_loop()

            def telling(what):
                async def tell(*error):
                    noted.append((what, round(loop.time())))

                return tell

            told = ("disconnected", "reconnected", "closed")
            callbacks = {f"{it}_cb": telling(it) for it in told}
            connection = await nats.connect("nats://nats", **callbacks, **options)
            while not connection.is_closed:
                try:
                    await connection.flush(timeout=60)
                except nats.errors.ConnectionClosedError:
                    noted.append(("refused", round(loop.time())))
                except nats.errors.TimeoutError:
                    pass
                await asyncio.sleep(0.1)

        system = System("yard")
        system.service("worker", works, nats="nats")

        @system.story()
        async def a_day(world):
            await world.passes(10)
            world.crash("nats", down_s=down_s)
            await world.passes(300)

        assert [it.message for it in system.run(a_day).violations] == []
        return noted

    return play


def test_who_asks_is_told_of_the_connection(away):
    assert away(7.0) == [("disconnected", 10), ("reconnected", 18)]


def test_a_connection_waits_as_long_as_was_said_between_two_attempts(away):
    assert away(7.0, reconnect_time_wait=5) == [("disconnected", 10), ("reconnected", 20)]


def test_a_connection_that_may_not_reconnect_closes(away):
    noted = away(7.0, allow_reconnect=False)
    assert noted[:2] == [("disconnected", 10), ("closed", 10)]
    assert noted[2:] == [("refused", 12)]


def test_a_connection_closes_after_as_many_attempts_as_were_said(away):
    noted = away(200.0, max_reconnect_attempts=3)
    assert [it for it, _ in noted] == ["disconnected", "disconnected", "closed", "refused"]
    assert noted[2] == ("closed", 16)


def test_by_itself_nats_py_gives_up_after_sixty_attempts(away):
    assert ("closed", 130) in away(200.0)
    assert away(200.0, max_reconnect_attempts=-1) == [("disconnected", 10), ("reconnected", 210)]


def test_errors_are_told_to_whoever_asks(played):
    told = []

    async def deed():
        async def hears(error):
            told.append(str(error))

        async def fails(message):
            raise LookupError("no such parcel")

        there = await nats.connect("nats://nats", error_cb=hears)
        await there.subscribe("parcels", cb=fails)
        await there.publish("parcels")
        await asyncio.sleep(1)

    assert played(deed) == ([], [None])
    assert told == ["no such parcel"]


def test_replies_come_where_was_said(played):
    async def deed():
        there = await nats.connect("nats://nats", inbox_prefix="_YARD", name="yard", user="me")
        return there.new_inbox().startswith("_YARD.")

    assert played(deed) == ([], [True])


def test_what_would_change_what_a_nats_connection_does_is_refused_by_name(played):
    async def deed():
        await nats.connect("nats://nats", no_echo=True)

    [message], _ = played(deed)
    assert "NATS.connect.no_echo is not simulated" in message

    async def mistypes():
        await nats.connect("nats://nats", max_reconnects=3)

    [message], _ = played(mistypes)
    assert "unexpected keyword argument 'max_reconnects'" in message


def test_a_fake_jetstream_alone_takes_the_same_options():
    async def story():
        told = []

        async def hears():
            told.append("closed")

        async with fake_jetstream(closed_cb=hears, max_reconnect_attempts=3) as connection:
            await connection.flush()
        with raises(NotSimulated, match=r"NATS\.connect\.no_echo is not simulated"):
            async with fake_jetstream(no_echo=True):
                pass
        return told

    assert asyncio.run(story()) == ["closed"]


@mark.parametrize("servers", [[], "", [""], ("nats://nats",), None, "nats://", "nats://a:b"])
def test_what_is_no_url_of_a_server_is_told_as_nats_py_tells_it(played, servers):
    async def connects():
        with raises(nats.errors.Error) as told:
            await nats.connect(servers)
        return repr(told.value), str(told.value)

    violations, said = played(connects)
    assert violations == []
    assert said == [asyncio.run(connects())]

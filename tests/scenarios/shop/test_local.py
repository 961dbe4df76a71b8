import asyncio
import socket
from pathlib import Path

from pytest import MonkeyPatch, mark, raises

from boxoffice.real.errors import CannotOpen
from scenarios.catalogue import scenario_named
from scenarios.shop import local
from scenarios.targets import player
from scenarios.unknown import Unknown
from tests.services.common.test_settings import BAD


def test_the_second_piece_of_an_answer_is_not_held_back():
    with local._listen(0) as door, socket.create_connection(door.getsockname()):
        connection, _ = door.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_shop_on_this_machine_is_for_this_machine():
    with local._listen(0) as door:
        assert door.getsockname()[0] == "127.0.0.1"


async def opened(data: Path | None = None) -> None:
    async with local.local_shop(0, 1.0, data, False):
        raise AssertionError("it cannot have opened")


@mark.parametrize("name", BAD)
def test_a_setting_that_makes_no_sense_opens_no_shop_on_this_machine(
    monkeypatch: MonkeyPatch, name: str
) -> None:
    for value in (value for value in BAD[name] if "\0" not in value):  # which no environment has
        monkeypatch.setenv(name, value)
        with raises(CannotOpen, match=rf"^{name} is bad: it has to be [^\n]+$"):
            asyncio.run(opened())
        with raises(Unknown, match=rf"^{name} is bad: it has to be [^\n]+$"):
            player("local", scenario_named("purchase"))()


@mark.parametrize("where", ["/proc", "a file", "below a file"])
def test_a_folder_that_cannot_be_written_to_keeps_no_stream(
    monkeypatch: MonkeyPatch, tmp_path: Path, where: str
) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    (tmp_path / "a file").touch()
    known = {"a file": tmp_path / "a file", "below a file": tmp_path / "a file" / "folder"}
    data = known.get(where, Path(where))
    with raises(CannotOpen, match=rf"^--data is bad: cannot write to {data}: [^\n]+$"):
        asyncio.run(opened(data))

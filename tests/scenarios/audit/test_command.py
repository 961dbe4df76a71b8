"""`boxoffice audit`: what is mistyped or not there is one line, and nothing is written."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from socket import socket

from pytest import fixture, mark

from scenarios import cli, nats_connection
from scenarios.audit import command
from tests.engine.commands import runner

NOWHERE = "127.0.0.1:9"  # discard: nobody answers there


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return runner(cli.main, monkeypatch, capsys)


@mark.parametrize(
    ("more", "said"),
    [
        ({}, f"NATS at {NOWHERE} cannot be reached"),
        ({"--since": "3x"}, "'3x' is neither 90m, 24h or 7d"),
        ({"--since": "nand"}, "--since is bad"),
        ({"--since": "-5h"}, "'-5h' has not been yet"),
        ({"--since": "0d"}, "has not been yet"),
        ({"--since": "1000000d"}, "'1000000d' is before the first year"),
        ({"--since": "2999-01-01"}, "has not been yet"),
        ({"--mongo": "http://there"}, "--mongo is bad"),
        ({"--mongo": f"mongodb://{NOWHERE}/orders"}, "names no server for tickets, payments"),
        ({"--redis": "there"}, "--redis is bad"),
        ({"--nats": "there"}, "--nats or NATS_URL is bad"),
        ({"--json": "nowhere/it.json"}, "cannot write nowhere/it.json: there is no folder nowhere"),
        ({"--keep": "nowhere/it"}, "cannot write nowhere/it: there is no folder nowhere"),
        ({"--keep": "it", "--json": "it"}, "--keep and --json would both write it"),
        ({"--html": "/"}, "cannot write /: it is a folder"),
    ],
)
def test_what_is_mistyped_is_told_in_a_line(boxoffice, more, said):
    places = {"--nats": f"nats://me:secret@{NOWHERE}", "--mongo": f"mongodb://me:secret@{NOWHERE}"}
    words = [word for place in (places | more).items() for word in place]
    status, out, err = boxoffice("audit", *words)
    assert (status, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert "secret" not in err
    assert list(Path().iterdir()) == []


def test_without_a_mongodb_it_says_which_shops_cannot_be_audited(boxoffice, monkeypatch):
    monkeypatch.delenv("MONGO_URL", raising=False)
    status, out, err = boxoffice("audit", "--nats", f"nats://{NOWHERE}")
    assert (status, out) == (2, "")
    assert "--mongo is missing" in err
    assert "`boxoffice up` has its stores in its own memory" in err


def test_a_store_that_does_not_answer_is_named(boxoffice):
    status, _, err = boxoffice("audit", "--mongo", f"mongodb://{NOWHERE}")
    assert (status, err.count("\n")) == (2, 1)
    assert "--nats" in err


@mark.parametrize("keep", ["it", None])
def test_a_disk_that_is_full_is_no_breach(boxoffice, monkeypatch, keep):
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(command, "_audited", full)
    places = ("--nats", f"nats://{NOWHERE}", "--mongo", f"mongodb://{NOWHERE}")
    status, _, err = boxoffice("audit", *places, *(("--keep", keep) if keep else ()))
    assert (status, err.count("\n")) == (2, 1)
    assert f"{'--keep it' if keep else 'a file'}" in err
    assert "disk is full" in err


def test_a_server_may_take_a_while_to_come_within_reach(boxoffice, monkeypatch):
    refused = []
    with socket() as door, ThreadPoolExecutor() as pool:
        door.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{door.getsockname()[1]}"

        def say_nonsense() -> None:
            with door.accept()[0] as connection:
                connection.sendall(b"INFO {\r\n")

        class Client(nats_connection.SteadyNats):
            async def _connect_to_server(self, server: object) -> None:
                try:
                    await super()._connect_to_server(server)
                except ConnectionRefusedError:
                    refused.append(server)
                    if len(refused) == 5:  # two of which are without patience
                        door.listen()
                        pool.submit(say_nonsense)
                    raise

        monkeypatch.setattr(nats_connection, "PAUSE_S", 0)
        monkeypatch.setattr(nats_connection, "SteadyNats", Client)
        words = ("audit", "--nats", f"nats://{place}", "--mongo", f"mongodb://{NOWHERE}")
        assert "no servers available" in boxoffice(*words)[2]
        _, _, err = boxoffice(*words, "--wait", "3")
    assert len(refused) == 5
    assert "json parse error" in err

"""Processes: they come back on their port, and leave nothing behind."""

import asyncio
import os
import signal
import socket
import sys

import pytest
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from boxoffice.real.process import DidNotStart, Process, running
from tests.real.servers import mongo_process, redis_process

# These end a server of their own.
real = pytest.mark.real
PATIENCE_S = 30.0


def set_and_get(address, value=None):
    async def story():
        async with Redis.from_url(f"redis://{address}") as client:
            return await (client.get("k") if value is None else client.set("k", value))

    return asyncio.run(story())


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@real
@pytest.mark.parametrize("append_only", [False, True])
def test_a_redis_that_is_killed_comes_back_with_what_it_had_appended(tmp_path, append_only):
    with running(redis_process(tmp_path, append_only=append_only)) as server:
        port = server.port
        set_and_get(server.address, "v")
        server.kill()
        assert server.pid is None
        assert not is_open(port)
        server.start()
        assert server.port == port
        assert set_and_get(server.address) == (b"v" if append_only else None)


@real
def test_documents_in_a_file_survive_a_restart(tmp_path):
    async def insert_or_find(address, document=None):
        client = AsyncMongoClient(f"mongodb://{address}")
        try:
            documents = client["shop"]["documents"]
            if document:
                await documents.create_index("held_ticket", unique=True, sparse=True)
                await documents.insert_one(document)
            return await documents.find_one({"_id": "o"})
        finally:
            await client.close()

    with running(mongo_process(tmp_path, durable=True)) as server:
        asyncio.run(insert_or_find(server.address, {"_id": "o", "held_ticket": "t"}))
        server.stop()
        server.start()
        found = asyncio.run(insert_or_find(server.address))
    assert found == {"_id": "o", "held_ticket": "t"}


@real
def test_a_server_is_ended_when_a_test_fails(tmp_path):
    def fail(server):
        raise RuntimeError(server.pid)

    server = redis_process(tmp_path)
    with pytest.raises(RuntimeError) as failed, running(server):
        fail(server)
    assert not is_open(server.port)
    with pytest.raises(ProcessLookupError):
        os.kill(failed.value.args[0], 0)


def test_a_program_that_ends_at_once_is_named_with_what_it_said(tmp_path):
    broken = Process("broken", lambda port: ["sh", "-c", "echo no such option; exit 3"], tmp_path)
    with pytest.raises(DidNotStart, match="broken ended with 3: no such option"):
        broken.start()
    assert broken.pid is None


def python(folder, script, **given):
    """Return a process that is up once it has printed a line in this life."""
    lives = []

    def command(port):
        lives.append(port)
        return [sys.executable, "-u", "-c", script]

    return Process(
        "script", command, folder, is_up=lambda it: it.log().count("\n") == len(lives), **given
    )


def test_one_that_does_not_want_to_end_is_killed(tmp_path):
    deaf = "import signal, threading; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    server = python(tmp_path, f"{deaf}; print('up'); threading.Event().wait()")
    server.start()
    assert server.returncode is None
    server.stop(within_s=0.1)
    assert (server.pid, server.returncode) == (None, -signal.SIGKILL)


def test_one_that_was_asked_to_end_says_how_it_ended(tmp_path):
    polite = "import signal, sys, threading; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))"
    server = python(tmp_path, f"{polite}; print('up'); threading.Event().wait()")
    server.start()
    server.stop()
    assert server.returncode == 7


def test_its_log_is_that_of_all_its_lives_and_its_environment_is_the_given_one(tmp_path):
    script = "import os, sys; print(sorted(os.environ)); sys.stdin.read()"
    server = python(tmp_path, script, environment={"LC_CTYPE": "C.UTF-8", "A": "b"})
    with running(server):
        server.kill()
        server.start()
    assert server.log() == "['A', 'LC_CTYPE']\n" * 2


def test_standard_input_ends_with_whoever_started_it(tmp_path):
    server = python(tmp_path, "import sys; print('up'); sys.stdin.read(); sys.exit(5)")
    server.start()
    server._running.stdin.close()
    server.wait(PATIENCE_S)
    assert server.returncode == 5


def test_a_start_that_is_called_off_leaves_nothing(tmp_path):
    server = python(tmp_path, "import threading; threading.Event().wait()")

    async def story():
        starting = asyncio.create_task(server.come_up())
        await asyncio.sleep(0)
        pid = server.pid
        starting.cancel()
        await asyncio.wait([starting])
        return pid

    pid = asyncio.run(story())
    assert server.returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)

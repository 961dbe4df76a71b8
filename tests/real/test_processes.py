"""The servers as processes: they come back on their port, and leave nothing behind."""

import asyncio
import os
import socket

import pytest
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from tests.real.processes import DidNotStart, Process, running
from tests.real.servers import mongo_process, redis_process

# Every case but the last ends a server of its own.
real = pytest.mark.real


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

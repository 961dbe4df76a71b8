"""What a driver is told is read alike where a kind of server is first loaded within a world."""

import subprocess
import sys

from pytest import mark

from tests.real.tiers import sampled

PROGRAM = """
from boxoffice import System

def told(error):
    return f"{type(error).__name__}: {error}"

async def works(drivers):
    CLIENT

system = System("yard")
system.service("worker", works, mongo="mongo", redis="redis", nats="nats")

async def waits(world):
    await world.passes(5)

outcome = system.run(system.story()(waits))
print([it.message for it in outcome.violations])
"""
CLIENTS = {
    "mongo": 'await drivers.client("mongo", w="majority")["a"]["b"].find_one({})',
    "nats": 'await drivers.client("nats", max_reconnect_attempts=3).flush()',
    "redis": 'await drivers.client("redis", decode_responses=True).get("a")',
    "own mongo": 'import pymongo; await pymongo.AsyncMongoClient("mongodb://mongo").a.b.find_one()',
    "own nats": 'import nats; await (await nats.connect("nats://nats", name="yard")).flush()',
    "own redis": 'import redis.asyncio as it; await it.Redis(host="redis", username="me").get("a")',
}


@mark.parametrize("client", sampled(CLIENTS, every=4))
def test_a_client_of_a_kind_that_nobody_has_loaded_has_its_options(client, tmp_path):
    program = tmp_path / "yard.py"
    program.write_text(PROGRAM.replace("CLIENT", CLIENTS[client]))
    played = [sys.executable, str(program)]
    said = subprocess.run(played, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said == "[]\n"

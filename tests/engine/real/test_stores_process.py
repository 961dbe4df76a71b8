"""`python -m boxoffice.real.stores` as a process: its one line, its addresses, its end."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import httpx
import pymongo
import redis
from pytest import mark, raises

from boxoffice.real.stores.__main__ import main

ROOT = Path(__file__).resolve().parents[3]
PIPE = subprocess.PIPE
END_S = 20.0
# Starts the stores, hands on their one line, and waits for its own end.
PARENT = """
import subprocess, sys, time
command = [sys.executable, "-m", "boxoffice.real.stores"]
child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
print(child.pid, flush=True)
sys.stdout.buffer.write(child.stdout.readline())
sys.stdout.flush()
time.sleep(1000)
"""


@contextmanager
def running(*words):
    command = [sys.executable, *words]
    with subprocess.Popen(command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def stores(*options):
    return running("-m", "boxoffice.real.stores", *options)


def urls_of(process):
    return json.loads(process.stdout.readline())


def port_of(url):
    return url.rpartition(":")[2].partition("/")[0]


def answers(url, within_s=END_S):
    """Tell whether the MongoDB at `url` has something to say."""
    with pymongo.MongoClient(url, serverSelectionTimeoutMS=within_s * 1000) as client:
        try:
            return client["admin"].command("ping")["ok"] == 1.0
        except pymongo.errors.PyMongoError:
            return False


def test_one_line_says_where_all_three_are_and_each_of_them_answers():
    with stores() as process:
        urls = urls_of(process)
        assert list(urls) == ["mongo", "redis", "stripe"]
        assert answers(urls["mongo"])
        with redis.Redis.from_url(urls["redis"]) as client:
            assert client.ping()
        assert httpx.get(f"{urls['stripe']}/v1/charges").status_code == 200
        process.stdin.close()
        assert process.wait(END_S) == 0
        assert (process.stdout.read(), process.stderr.read()) == (b"", b"")


def test_what_is_left_out_is_not_served():
    with stores("--without", "mongo", "--without", "stripe") as process:
        assert list(urls_of(process)) == ["redis"]


@mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_clients_are_connected(told):
    with stores() as process:
        urls = urls_of(process)
        with (
            pymongo.MongoClient(urls["mongo"]) as documents,
            redis.Redis.from_url(urls["redis"]) as timers,
            httpx.Client(base_url=urls["stripe"]) as books,
        ):
            documents["depot"]["parcels"].insert_one({})
            timers.ping()
            books.get("/v1/charges")
            process.send_signal(told)
            assert process.wait(END_S) == 0
        assert process.stderr.read() == b""


def test_it_ends_when_its_parent_is_killed():
    with running("-c", PARENT) as parent:
        child, urls = int(parent.stdout.readline()), urls_of(parent)
        assert answers(urls["mongo"])
        watched = os.pidfd_open(child)
        try:
            parent.kill()
            ended, _, _ = select.select([watched], [], [], END_S)
        finally:
            os.close(watched)
        assert ended
        assert not answers(urls["mongo"], within_s=0.1)


def test_it_comes_back_empty_at_the_same_addresses_after_a_power_cut():
    with stores() as process:
        urls = urls_of(process)
        with pymongo.MongoClient(urls["mongo"]) as client:
            client["depot"]["parcels"].insert_one({"_id": "t"})
        process.kill()
        process.wait(END_S)
    ports = [word for name, url in urls.items() for word in (f"--{name}-port", port_of(url))]
    with stores(*ports) as process, pymongo.MongoClient(urls["mongo"]) as client:
        assert urls_of(process) == urls
        assert client["depot"]["parcels"].find_one() is None


@mark.parametrize("name", ["mongo", "redis", "stripe"])
def test_an_address_that_is_taken_is_said_in_one_line(name, capsys):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        taken = holder.getsockname()[1]
        assert main([f"--{name}-port", str(taken)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith("cannot listen: ")


def test_a_port_that_cannot_be_is_said_in_one_line(capsys):
    assert main(["--mongo-port", "70000"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("cannot listen: ")


def test_what_nobody_serves_cannot_be_left_out(capsys):
    with raises(SystemExit) as ended:
        main(["--without", "nats"])
    assert ended.value.code == 2
    assert "invalid choice: 'nats'" in capsys.readouterr().err

"""What stands in for mongod on the cluster has users, a replica set, and a memory."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import DuplicateKeyError, OperationFailure

from boxoffice.real.process import Process, running
from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.mongod.process import SERVICES, initiate, mongod_process, url_of
from tests.house.tree import ROOT

SCRIPT = MANIFESTS / "components" / "mongo" / "initiate.js"
SHELL = ROOT / ".real" / "mongod" / "node_modules" / "mongosh" / "bin" / "mongosh.js"


@pytest.fixture
def mongod(tmp_path: Path) -> Iterator[Process]:
    with running(mongod_process(tmp_path)) as process:
        yield process


def archive(verb: str, url: str, given: bytes = b"") -> bytes:
    command = [sys.executable, "-m", "tests.deploy.mongod.archive", verb, "--archive", "--gzip"]
    command += ["--drop"] if verb == "restore" else ["--quiet"]
    done = subprocess.run([*command, "--uri", url], cwd=ROOT, input=given, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_it_comes_back_from_a_kill_and_from_its_archive_as_it_was(mongod: Process) -> None:
    initiate(mongod)
    with MongoClient(url_of(mongod, "orders")) as client:
        orders = client.orders.orders
        orders.create_index("number", unique=True)
        orders.insert_many([{"_id": id, "number": id} for id in range(3)])
        orders.update_one({"_id": 1}, {"$set": {"paid": True}})
        orders.delete_one({"_id": 2})
    as_it_was = [{"_id": 0, "number": 0}, {"_id": 1, "number": 1, "paid": True}]
    kept = archive("dump", url_of(mongod, "orders"))
    mongod.kill()
    mongod.start()
    with MongoClient(url_of(mongod, "orders")) as client:
        orders = client.orders.orders
        assert list(orders.find()) == as_it_was
        orders.delete_many({})
        archive("restore", url_of(mongod, "orders"), kept)
        assert list(orders.find()) == as_it_was
        with pytest.raises(DuplicateKeyError):
            orders.insert_one({"_id": 7, "number": 1})


def test_a_user_has_a_password_and_a_database_of_its_own(mongod: Process) -> None:
    initiate(mongod)
    with MongoClient(url_of(mongod, "orders")) as client:
        with pytest.raises(OperationFailure, match="not authorized on tickets"):
            client.tickets.tickets.find_one()
        with pytest.raises(OperationFailure, match="not authorized"):
            client.orders.command({"createUser": "eve", "pwd": "eve", "roles": []})
    wrong = url_of(mongod, "orders").replace(":orders@", ":guess@")
    with MongoClient(wrong) as client, pytest.raises(OperationFailure, match="Authentication"):
        client.orders.orders.find_one()


@pytest.mark.real
def test_the_script_of_the_job_runs_in_the_real_mongosh(mongod: Process, tmp_path: Path) -> None:
    if os.environ.get("REAL_SERVERS") != "1" or not SHELL.exists() or not shutil.which("node"):
        pytest.skip("mongosh")
    secret = tmp_path / "secret"
    secret.mkdir()
    shutil.copy(tmp_path / "keyfile", secret)
    for service in SERVICES:
        (secret / service).write_text(url_of(mongod, service))
    auditor = f"mongodb://auditor:read-only@{mongod.address}/?replicaSet=boxoffice"
    (tmp_path / "mongo").write_text(auditor)
    script = tmp_path / "initiate.js"
    # What is in a container elsewhere: its secret, and the names of its servers.
    text, count = re.subn(r"/secret/", f"{secret}/", SCRIPT.read_text(encoding="utf-8"))
    text = text.replace("/auditor/", f"{tmp_path}/")
    text, hosts = re.subn(r"mongo-\$\{n\}\.mongo:27017", mongod.address, text)
    assert (count, hosts) == (2, 1)
    script.write_text(text, encoding="utf-8")
    command = ["node", SHELL, "--nodb", "--quiet", "--norc", script]
    environment = os.environ | {"MEMBERS": "1", "HOME": str(tmp_path)}
    said = []
    for _ in range(2):  # everything in it may be repeated
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        said.append(done.stdout.splitlines())
    users = "4 users may write, each to a database of its own; one may read"
    assert said == [[f"initiated {mongod.address}", users], [users]]
    for service in SERVICES:
        with MongoClient(url_of(mongod, service)) as client:
            assert client[service].things.insert_one({}).acknowledged
    with MongoClient(auditor) as client:
        assert client.orders.things.find_one()
        for refused in (client.auth.things.find_one, lambda: client.orders.things.insert_one({})):
            with pytest.raises(OperationFailure, match="not authorized"):
                refused()

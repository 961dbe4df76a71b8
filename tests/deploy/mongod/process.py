"""The stand-in on loopback, with users like those of a cluster."""

import secrets
import sys
from base64 import b64encode
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

from pymongo import MongoClient

from boxoffice.real.process import Process, free_port
from tests.house.tree import ROOT

SERVICES: Final = ("auth", "tickets", "orders", "payments")


def mongod_process(folder: Path) -> Process:
    """Return a server that keeps its documents and its key file in `folder`, not started yet."""
    key = folder / "keyfile"
    key.write_text(b64encode(secrets.token_bytes(192)).decode())
    key.chmod(0o400)
    (folder / "db").mkdir()

    def command(port: int) -> list[str | Path]:
        kept = ["--keyFile", key, "--dbpath", folder / "db", "--port", str(port)]
        return [sys.executable, "-m", "tests.deploy.mongod", "--replSet", "boxoffice", *kept]

    environment = {"PYTHONPATH": f"{ROOT}:{ROOT / 'sim'}"}
    return Process("mongod", command, folder, port=free_port(), environment=environment)


def url_of(process: Process, service: str) -> str:
    """Return the URL of a service, whose password is its name."""
    options = f"replicaSet=boxoffice&authSource={service}"
    return f"mongodb://{service}:{service}@{process.address}/?{options}"


def initiate(process: Process) -> None:
    """Do what initiate.js does, as the driver of the services has it."""
    key = quote_plus((process.folder / "keyfile").read_text())
    url = f"mongodb://__system:{key}@{process.address}/?authSource=local&directConnection=true"
    with MongoClient(url) as client:
        member = {"_id": 0, "host": process.address}
        client.admin.command({"replSetInitiate": {"_id": "boxoffice", "members": [member]}})
        for service in SERVICES:
            roles = [{"role": "readWrite", "db": service}]
            client[service].command({"createUser": service, "pwd": service, "roles": roles})

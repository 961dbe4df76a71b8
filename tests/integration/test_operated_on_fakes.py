"""Services in processes of their own, on the engine's stores in another."""

import json
import subprocess
import sys

import pymongo
from pytest import fixture

from tests.integration.operated import eventually, operated
from tests.real.tiers import unhurried


@fixture
def mongo_url():
    """The URL of an empty MongoDB, which ends with the test."""
    without = ["--without", "redis", "--without", "stripe"]
    command = [sys.executable, "-m", "boxoffice.real.stores", *without]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            yield json.loads(process.stdout.readline())["mongo"]
        finally:
            process.kill()


@unhurried
def test_a_service_in_its_own_process_signs_people_up_once(mongo_url, tmp_path):
    ana = {"email": "ana@example.com", "password": "correct horse"}
    with operated("auth", tmp_path / "auth.log", MONGO_URL=mongo_url) as auth:
        eventually(lambda: auth.get("/api/users/currentuser").status_code == 200)
        first, again = [auth.client.post("/api/users/signup", json=ana) for _ in range(2)]
        signed_in = auth.client.post("/api/users/signin", json=ana)
        wrong = auth.client.post("/api/users/signin", json=ana | {"password": "wrong horse"})
    statuses = [each.status_code for each in (first, again, signed_in, wrong)]
    assert statuses == [201, 400, 200, 400]
    with pymongo.MongoClient(mongo_url) as client:
        [user] = client["auth"]["users"].find()
        assert (user["_id"], user["email"]) == (first.json()["id"], "ana@example.com")


@unhurried
def test_a_service_believes_no_header_of_a_peer_that_it_does_not_trust(mongo_url, tmp_path):
    given = {"MONGO_URL": mongo_url, "LETTERS_PER_CLIENT": "3"}
    for trusted, last in (("", 429), ("127.0.0.1", 202)):
        given["TRUSTED_PROXIES"] = trusted
        with operated("auth", tmp_path / "auth.log", **given) as auth:
            eventually(lambda: auth.get("/api/users/currentuser").status_code == 200)
            for number in range(4):
                said = {"X-Forwarded-For": f"192.0.2.{number}"}
                body = {"email": "nobody@example.com"}
                answer = auth.client.post("/api/users/forgot-password", json=body, headers=said)
        assert answer.status_code == last

"""The servers' own files agree with the manifests that bring them."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from shutil import which
from sysconfig import get_path
from typing import Any

from pytest import mark, raises, skip
from redis import Redis
from redis.exceptions import AuthenticationError, NoPermissionError

from boxoffice.real.process import Process, running
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.checks.quantities import amount
from tests.deploy.kubernetes.checks.settings import environment
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import containers, named, of, pod
from tests.deploy.kubernetes.installation import Installations
from tests.real.servers import valkey_process

OVERLAYS = mark.parametrize("overlay", ["local", "production"])
LOCAL = Combination("local")


@OVERLAYS
def test_nats_reads_its_configuration(
    overlay: str, installations: Installations, tmp_path: Path
) -> None:
    assert _read_by_nats(installations.complete(Combination(overlay)), tmp_path) == 0


def test_nats_refuses_a_configuration_that_is_broken(
    installations: Installations, tmp_path: Path
) -> None:
    assert _read_by_nats(installations.complete(LOCAL), tmp_path, "portt: 1\n") != 0


def test_nats_has_the_time_that_its_lame_duck_takes(installations: Installations) -> None:
    documents = installations.built[LOCAL]
    text = brokerage.files(documents)["nats.conf"]
    takes = re.findall(r"^lame_duck_\w+: (\d+)s$", text, re.MULTILINE)
    assert len(takes) == 2
    granted = pod(named(documents, "StatefulSet", "nats"))["terminationGracePeriodSeconds"]
    assert sum(map(int, takes)) < granted


def test_redis_has_the_memory_that_it_may_fill(installations: Installations) -> None:
    documents = installations.built[LOCAL]
    (fills,) = re.findall(r"^maxmemory (\d+)mb$", _redis_conf(documents), re.MULTILINE)
    limits = containers(named(documents, "StatefulSet", "redis"))[0]["resources"]["limits"]
    assert 2 * amount(f"{fills}Mi") <= amount(limits["memory"])  # a rewrite may copy all of it


def test_redis_forgets_nothing(installations: Installations) -> None:
    lines = _redis_conf(installations.built[LOCAL]).splitlines()
    assert {"appendonly yes", "maxmemory-policy noeviction"} <= set(lines)


def test_an_auditor_reads_what_redis_has_and_changes_nothing(
    installations: Installations, tmp_path: Path
) -> None:
    documents = installations.complete(LOCAL)
    (container,) = containers(named(documents, "StatefulSet", "redis"))
    given = environment(documents, container)
    own = valkey_process(tmp_path).command
    said = container["args"][0].replace("/etc/redis/redis.conf", "")

    def command(port: int) -> list[str | Path]:
        program, *rest = map(str, own(port))
        script = said.replace("redis-server", shlex.join([program, *rest]))
        return ["sh", "-c", script]

    process = Process("redis", command, tmp_path, environment={**os.environ, **given})
    with running(process):
        there = {"host": "127.0.0.1", "port": process.port}
        with Redis(**there, password=given["REDISCLI_AUTH"]) as shop:
            shop.zadd("timers", {"an order": 1.0})
        with Redis(**there, username="auditor", password=given["AUDITOR_PASSWORD"]) as auditor:
            assert auditor.zrange("timers", 0, -1, withscores=True) == [(b"an order", 1.0)]
            assert list(auditor.scan_iter("lease:*")) == []
            for words in (["ZREM", "timers", "an order"], ["FLUSHALL"], ["CONFIG", "GET", "*"]):
                with raises(NoPermissionError):
                    auditor.execute_command(*words)
        with Redis(**there) as stranger, raises(AuthenticationError):
            stranger.ping()


def test_members_of_the_replica_set_are_as_many_as_are_initiated(
    installations: Installations,
) -> None:
    for overlay in ("local", "production"):
        documents = installations.built[Combination(overlay)]
        job = named(documents, "Job", "mongo-initiate")
        told = {each["name"]: each.get("value") for each in pod(job)["containers"][0]["env"]}
        assert int(told["MEMBERS"]) == named(documents, "StatefulSet", "mongo")["spec"]["replicas"]


def _redis_conf(documents: list[dict[str, Any]]) -> str:
    found = [each["data"] for each in of(documents, "ConfigMap") if "redis.conf" in each["data"]]
    assert len(found) == 1
    text: str = found[0]["redis.conf"]
    return text


def _read_by_nats(documents: list[dict[str, Any]], folder: Path, more: str = "") -> int:
    """Return the exit status of a server that only reads its configuration."""
    program = which("nats-server", path=get_path("scripts")) or which("nats-server")
    if program is None:
        skip("no nats-server")
    page = brokerage.laid_down(documents, folder)
    page.write_text(page.read_text(encoding="utf-8") + more, encoding="utf-8")
    given = dict(brokerage.variables(documents))
    return subprocess.run([program, "-t", "--config", page], env=given, timeout=60).returncode

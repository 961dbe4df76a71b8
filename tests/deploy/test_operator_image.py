"""The operator's image is made as that of the services is, and has what its commands need."""

import json
import re
from pathlib import Path

import yaml
from pytest import TempPathFactory, fixture

from tests.deploy import dockerfile
from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.test_image import TEXT, ended
from tests.house import tree

FILE = tree.ROOT / "Dockerfile.operator"
OURS = FILE.read_text(encoding="utf-8")
IGNORE = FILE.with_name(f"{FILE.name}.dockerignore").read_text(encoding="utf-8")
SOURCES = {"requirements/operator.txt", "services", "scenarios", "sim/boxoffice"}
# What a command loads once it is at work.
LOADS = "import scenarios.audit.judging, scenarios.audit.looks, boxoffice.views, rich.progress"
CRONJOB = yaml.safe_load((MANIFESTS / "components/audit/cronjob.yaml").read_text(encoding="utf-8"))
(CONTAINER,) = CRONJOB["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
NIGHTLY = CONTAINER["args"]
ENTRY = json.loads(re.findall(r"ENTRYPOINT (.*)", OURS)[0])[1:]


@fixture(scope="module")
def app(tmp_path_factory: TempPathFactory) -> Path:
    return dockerfile.build(OURS, IGNORE, "operator.txt", tmp_path_factory.mktemp("image"))


def made(text: str) -> list[str]:
    """Return the instructions of a Dockerfile, but for what it copies, is called and runs."""
    own = ("EXPOSE", "ENTRYPOINT", "COPY", "LABEL")
    return [
        re.sub(r"(operator|production)\.txt", "LOCK", f"{it.name} {it.flags} {it.text}")
        for stage in dockerfile.stages(text)
        for it in stage
        if it.name not in own or it.flags
    ]


def test_it_is_made_as_the_image_of_the_services_is() -> None:
    assert made(OURS) == made(TEXT)
    assert made(OURS.replace("USER 10001:10001", "USER 0:0")) != made(TEXT)
    assert {source for source, _ in dockerfile.copied(OURS)} == SOURCES


def test_the_build_sees_what_is_copied_and_nothing_else() -> None:
    seen = dockerfile.context(IGNORE)
    assert {
        next(it for it in SOURCES if f"{name}/".startswith(f"{it}/")) for name in seen
    } == SOURCES
    assert not [name for name in seen if "node_modules" in name or "tests/" in name]


def test_an_audit_has_what_it_needs_and_ends_as_it_does_elsewhere(app: Path) -> None:
    loaded = ended(app, "-c", LOADS)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    nobody = {"NATS_URL": "nats://127.0.0.1:9", "MONGO_URL": "mongodb://127.0.0.1:9"}
    at, within_s = NIGHTLY.index("--wait") + 1, 1
    assert int(NIGHTLY[at]) > 10, "a firewall hears of a pod moments after that has begun"
    words = [*NIGHTLY[:at], str(within_s), *NIGHTLY[at + 1 :]]
    said = ended(app, *ENTRY, *words, **nobody)
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith("boxoffice: NATS at 127.0.0.1:9 cannot be reached: ")


def test_the_image_holds_no_package_of_the_tests(app: Path) -> None:
    held = {path.name for path in app.iterdir()}
    assert {"services", "scenarios", "boxoffice", "typer", "pymongo"} <= held
    assert held & {"tests", "mongomock", "fakeredis", "hypothesis", "pytest", "pip"} == set()


def test_it_opens_no_shop_and_says_so_in_a_line(app: Path) -> None:
    said = ended(app, *ENTRY, "up", "--port", "0")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == (
        "boxoffice: a shop is opened on a machine of one's own: the operator's image has none\n"
    )

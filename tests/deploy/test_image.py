"""What the image holds, by the Dockerfile; no engine is asked."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from pytest import TempPathFactory, fixture, mark

from services.common.settings import NEEDED
from tests.deploy import dockerfile
from tests.house import tree
from tests.real.tiers import sampled, unhurried

LOADS = "from services.assembly import NAMES, assemble_of; [assemble_of(it) for it in NAMES]"
TEXT = dockerfile.DOCKERFILE.read_text(encoding="utf-8")
IGNORE = dockerfile.IGNORE.read_text(encoding="utf-8")
BASE = re.compile(r"python:3\.\d+\.\d+-slim-[a-z]+")
EXACT = ["python", "-m", "services"]
PATIENCE_S = 60
NOBODY = "127.0.0.1:1"
SETTINGS = {
    "JWT_KEY": "k" * 32,
    "SALT_FACTORY": "4",
    "STRIPE_KEY": "sk_test_mock",
    "MONGO_URL": f"mongodb://{NOBODY}",
    "NATS_URL": f"nats://{NOBODY}",
    "REDIS_URL": f"redis://{NOBODY}",
    "SMTP_URL": f"smtp://{NOBODY}",
}


def problems(text: str) -> set[str]:
    """Return what is wrong with a Dockerfile."""
    stages = dockerfile.stages(text)
    last = {each.name: each for each in stages[-1]}
    bases = {stage[0].words[0] for stage in stages}
    installs = [each.text for stage in stages for each in stage if "pip install" in each.text]
    environment = last["ENV"].text if "ENV" in last else ""
    checks = {
        "base": len(bases) == 1 and all(BASE.fullmatch(base) for base in bases),
        "sources": {source for source, _ in dockerfile.copied(text)}
        == {"requirements/production.txt", "services"},
        "stages": all(each.flags for each in stages[-1] if each.name == "COPY"),
        "hashes": len(installs) == 1
        and all(flag in installs[0] for flag in ("--require-hashes", "--only-binary :all:")),
        "user": "USER" in last and bool(re.fullmatch(r"[1-9]\d*:[1-9]\d*", last["USER"].text)),
        "entrypoint": "ENTRYPOINT" in last and json.loads(last["ENTRYPOINT"].text) == EXACT,
        "port": "EXPOSE" in last and last["EXPOSE"].text == "3000",
        "signal": "STOPSIGNAL" in last and last["STOPSIGNAL"].text == "SIGTERM",
        "read-only": "PYTHONDONTWRITEBYTECODE=1" in environment,
        "path": "PYTHONPATH=/app" in environment,
        "health": "HEALTHCHECK" not in last,
    }
    return {name for name, good in checks.items() if not good}


def test_nothing_is_wrong_with_the_image() -> None:
    assert problems(TEXT) == set()


@mark.parametrize(
    ("line", "broken", "found"),
    [
        ("FROM python:3.13.16-slim-trixie AS", "FROM python:latest AS", "base"),
        ("FROM python:3.13.16-slim-trixie AS", "FROM python:3.13-slim AS", "base"),
        ("COPY services /app/services", "COPY . /app", "sources"),
        ("COPY services /app/services", "COPY services sim /app/", "sources"),
        ("COPY --from=build /app /app", "COPY --from=build /app /app\nCOPY services /x", "stages"),
        ("--require-hashes", "", "hashes"),
        ("--only-binary :all:", "", "hashes"),
        ("USER 10001:10001", "USER 0:0", "user"),
        ("USER 10001:10001", "USER nobody", "user"),
        ("USER 10001:10001", "", "user"),
        ('ENTRYPOINT ["python", "-m", "services"]', "ENTRYPOINT []", "entrypoint"),
        ("EXPOSE 3000", "EXPOSE 80", "port"),
        ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", "signal"),
        ("PYTHONDONTWRITEBYTECODE=1", "PYTHONDONTWRITEBYTECODE=", "read-only"),
        ("PYTHONPATH=/app", "PYTHONPATH=/srv", "path"),
        ("EXPOSE 3000", "EXPOSE 3000\nHEALTHCHECK CMD curl localhost", "health"),
    ],
)
def test_a_dockerfile_that_is_wrong_is_noticed(line: str, broken: str, found: str) -> None:
    assert line in TEXT
    assert found in problems(TEXT.replace(line, broken, 1))


def test_what_is_copied_is_there() -> None:
    missing = [each for each, _ in dockerfile.copied(TEXT) if not (tree.ROOT / each).exists()]
    assert missing == []


def test_the_build_sees_the_services_and_their_lock_and_nothing_else() -> None:
    assert set(dockerfile.context(IGNORE)) == needed()


@mark.parametrize("broken", [f"{IGNORE}!sim\n", IGNORE.replace("!services", ""), "*\n!services"])
def test_a_dockerignore_that_is_wrong_is_noticed(broken: str) -> None:
    assert set(dockerfile.context(broken)) != needed()


def needed() -> set[str]:
    """Return the files that the image is made of."""
    names = map(tree.name, tree.files())
    return {it for it in names if it.startswith("services/")} | {"requirements/production.txt"}


def test_the_python_of_the_image_is_one_that_the_project_names() -> None:
    minors = {re.findall(r"python:(3\.\d+)", each)[0] for each in re.findall(r"FROM .*", TEXT)}
    named = [each.split(" :: ")[-1] for each in tree.pyproject()["classifiers"]]
    assert minors
    assert minors <= set(named)


@fixture(scope="module")
def app(tmp_path_factory: TempPathFactory) -> Path:
    """The image's /app, with the production packages of the environment the tests run in."""
    return dockerfile.build(TEXT, IGNORE, "production.txt", tmp_path_factory.mktemp("image"))


def python(app: Path, *arguments: str, **environment: str) -> list[str]:
    """Return the command of a Python that finds its own library and /app, and nothing else."""
    given = [f"{name}={value}" for name, value in environment.items()]
    # -S leaves out site-packages, where the world and the tests' own packages are.
    run = ["PYTHONDONTWRITEBYTECODE=1", f"PYTHONPATH={app}", *given, sys.executable, "-S"]
    return ["env", "-i", *run, *arguments]


def ended(app: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = python(app, *arguments, **environment)
    return subprocess.run(command, cwd=app, capture_output=True, text=True, timeout=PATIENCE_S)


def test_the_image_holds_no_package_of_the_world_or_of_the_tests(app: Path) -> None:
    held = {path.name for path in app.iterdir()}
    assert {"services", "fastapi", "pymongo"} <= held
    unwanted = {"boxoffice", "sim", "scenarios", "tests", "simpy", "mongomock", "pytest", "pip"}
    assert held & unwanted == set()
    own = {each.name for each in tree.production()}
    others = [
        *tree.requirements(".", "lab", "test"),
        *tree.requirements("sim", *tree.extras("sim")),
    ]
    asked = {each.name for each in others} - own
    assert asked & set(tree.locked("production.txt")) == set()


def test_the_command_of_the_image_names_the_five_services(app: Path) -> None:
    said = ended(app, "-m", "services", "--help")
    assert (said.returncode, said.stderr) == (0, "")
    assert all(service in said.stdout for service in NEEDED)


def test_production_has_the_packages_of_every_service(app: Path) -> None:
    said = ended(app, "-c", LOADS)
    assert (said.returncode, said.stderr) == (0, "")


@unhurried
def test_a_package_that_production_lacks_is_noticed(app: Path, tmp_path: Path) -> None:
    shutil.copytree(app / "services", tmp_path / "services")
    domain = tmp_path / "services" / "orders" / "domain.py"
    domain.write_text(f"import simpy\n{domain.read_text()}")
    said = ended(tmp_path, "-c", LOADS, PYTHONPATH=f"{tmp_path}:{app}")
    assert said.returncode == 1
    assert "No module named 'simpy'" in said.stderr


@mark.parametrize("service", sampled(NEEDED, every=5))
def test_a_service_of_the_image_says_what_it_needs(app: Path, service: str) -> None:
    said = ended(app, "-m", "services", service)
    assert (said.returncode, len(said.stderr.splitlines())) == (2, 1)
    assert said.stderr.startswith(f"{NEEDED[service][0]} is missing")


@unhurried
def test_the_five_services_of_the_image_serve_and_end_when_told(app: Path) -> None:
    before = sorted(path.as_posix() for path in app.rglob("*"))
    with ExitStack() as stack:
        processes = [stack.enter_context(started(app, service)) for service in NEEDED]
        for process in processes:
            url = f"http://127.0.0.1:{port_of(process)}"
            assert (status(f"{url}/livez"), status(f"{url}/readyz")) == (200, 503)
            process.send_signal(signal.SIGTERM)
        assert [ending(process) for process in processes] == [0] * len(NEEDED)
    assert sorted(path.as_posix() for path in app.rglob("*")) == before


@contextmanager
def started(app: Path, service: str) -> Iterator[subprocess.Popen[str]]:
    serve = ["-m", "services", service, "--host", "127.0.0.1", "--port", "0"]
    command = python(app, *serve, **SETTINGS)
    with subprocess.Popen(command, cwd=app, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    said = next(json.loads(line) for line in process.stderr if '"serving"' in line)
    return int(said["port"])


def status(url: str) -> int:
    return httpx.get(url, timeout=PATIENCE_S).status_code


def ending(process: subprocess.Popen[str]) -> int:
    process.communicate(timeout=PATIENCE_S)
    return process.returncode

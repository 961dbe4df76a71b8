"""The programs that judge manifests, in an environment of their own: `make manifests` makes it."""

import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pytest import skip

from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.kinds import KINDS
from tests.house.tree import ROOT

BIN: Final = ROOT / "build" / "lint-k8s" / "bin"
REFEREE: Final = Path(__file__).with_name("referee.py")
TIMEOUT_S: Final = 300
OFFLINE: Final = {
    "PATH": "/usr/bin:/bin",
    "LOG_LEVEL": "ERROR",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}


def versions() -> list[str]:
    """Return the versions of Kubernetes whose schemas count, the newest first."""
    found: list[str] = _ask([], [])["versions"]
    return found


def refused(documents: Sequence[Document]) -> list[list[str]]:
    """Return, for each document, what a version of Kubernetes has against it."""
    wrong: list[list[str]] = _ask(list(documents), [])["wrong"]
    return wrong


@cache
def read(expressions: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return what each PromQL expression is about, or its error."""
    return dict(zip(expressions, _ask([], list(expressions))["read"], strict=True))


def lint(manifests: dict[str, list[Document]], folder: Path) -> list[Any]:
    """Return what checkov finds in each of `manifests`, written to `folder` under its name."""
    for name, documents in manifests.items():
        text = yaml.safe_dump_all(documents, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    command = [str(_present("checkov")), "--directory", str(folder), "--framework", "kubernetes"]
    command += ["--skip-download", "--quiet", "--compact", "--output", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, env=OFFLINE)
    report = json.loads(done.stdout)
    assert not report.get("summary", {}).get("parsing_errors"), report["summary"]
    failed: list[Any] = report["results"]["failed_checks"]
    return failed


def _ask(documents: list[Document], expressions: list[str]) -> dict[str, Any]:
    question = {"documents": documents, "kinds": KINDS, "expressions": expressions}
    done = subprocess.run(
        [str(_present("python")), str(REFEREE)],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _present(program: str) -> Path:
    if not (BIN / program).exists():
        skip(f"no {program}: make manifests installs it")
    return BIN / program

"""The explorer's bundle, asked in Node."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import text_of
from tests.house import tree

EXPLORER = tree.ROOT / "sim" / "boxoffice" / "views" / "explorer"
WEB = EXPLORER / "web"


def program(name: str) -> str:
    """Return where a program is, or skip the test."""
    return shutil.which(name) or pytest.skip(f"no {name} to hold the explorer's bundle against")


def node(script: str) -> Any:
    """Run a module that has imported the bundle as `x`, and return what it prints as JSON."""
    head = f"import * as x from {json.dumps((EXPLORER / 'bundle.js').as_uri())};"
    command = [program("node"), "--input-type=module", "-e", head + script]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def asked(there: Path, outcomes: list[Outcome], expression: str) -> Any:
    """Return the value of an expression that may name the first two runs: `a` and `b`."""
    there.write_text(text_of(outcomes), encoding="utf-8")
    return node(
        "import {readFileSync as read} from 'node:fs';"
        f"const [a, b] = JSON.parse(read({json.dumps(str(there))}, 'utf8')).map(x.decode);"
        f"console.log(JSON.stringify({expression}));"
    )

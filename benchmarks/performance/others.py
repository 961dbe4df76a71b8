"""What a sleep costs on other loops, in an environment of theirs."""

import json
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.tools import ROOT, python_with_peers


def beside_others() -> dict[str, float]:
    """Return the seconds of a sleep by the name of its loop.  Raises: Lacking."""
    with TemporaryDirectory() as folder:
        python = python_with_peers(Path(folder, "environment"))
        ended = subprocess.run(
            [python, str(Path(__file__).with_name("loops.py")), "--rounds", "9"],
            env=os.environ | {"PYTHONPATH": str(ROOT / "sim")},
            check=True,
            stdout=subprocess.PIPE,
        )
    loops: dict[str, float] = json.loads(ended.stdout)
    return loops

"""A command that may take so much of the processor, and no more: a mutant may never end."""

import os
import resource
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MEMORY_BYTES: Final = 8 * 2**30
ASLEEP_S: Final = 3_600  # by the wall, for what neither ends nor computes
_running: set[int] = set()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and in a few words why, if it failed."""

    status: int
    why: str
    processor_s: float


def ended(command: Sequence[str], folder: Path, limit_s: float) -> Ended:
    """Run a Python command in a copy of the tree, on the code of that copy."""
    with (folder / "said").open("w+", encoding="utf-8", errors="replace") as said:
        process = subprocess.Popen(
            ["timeout", "--foreground", str(ASLEEP_S), *command],
            cwd=folder,
            env=_environment(folder),
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _limit(int(limit_s)),
        )
        _running.add(process.pid)
        _, status, used = os.wait4(process.pid, 0)
        _running.discard(process.pid)
        code = process.returncode = os.waitstatus_to_exitcode(status)
        processor_s = used.ru_utime + used.ru_stime
        said.seek(0)
        why = "no end" if processor_s > 0.9 * limit_s else _why(said.read().splitlines())
        return Ended(code, why if code else "", processor_s)


def end_all() -> None:
    """End what is running, with whatever that has started."""
    for pid in list(_running):
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _limit(processor_s: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _environment(folder: Path) -> dict[str, str]:
    # Before what is installed, which is the checkout.
    return {
        **os.environ,
        "PYTHONPATH": f"{folder}{os.pathsep}{folder / 'sim'}",
        "NO_COLOR": "1",
    }


def _why(lines: Sequence[str]) -> str:
    """Return the first test that failed, or else the last thing that was said.

    >>> _why(["1 failed", "FAILED tests/test_a.py::test_one - AssertionError: 1 < 2"])
    'tests/test_a.py::test_one'
    """
    for line in lines:
        verdict, _, test = line.partition(" ")
        if (verdict in ("FAILED", "ERROR") and "::" in test) or verdict == "ERROR":
            return test.partition(" - ")[0]
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

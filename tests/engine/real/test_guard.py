"""Who was killed leaves no orphan."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest import mark

from boxoffice.real.guard import guarded

PATIENCE_S = 30.0
LOOK_S = 0.02
ROOT = Path(__file__).parents[3]
PROCESS = """
import sys, threading
from pathlib import Path
from boxoffice.real.process import Process
sleeper = [sys.executable, "-c", "import threading; print(1, flush=True); threading.Event().wait()"]
child = Process("child", lambda port: sleeper, Path(sys.argv[1]), is_up=lambda it: it.log())
child.start()
print(child.pid, flush=True)
threading.Event().wait()
"""
BROKER = """
import asyncio, sys
from pathlib import Path
from boxoffice.real.broker import running_broker
async def use():
    async with running_broker(Path(sys.argv[1])):
        [ports] = Path(sys.argv[1]).glob("nats-server_*.ports")
        print(ports.stem.split("_")[1], flush=True)
        await asyncio.Event().wait()
asyncio.run(use())
"""


@contextmanager
def parent(script: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a script that starts a child and prints its number; give both."""
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        try:
            yield process, child
        finally:
            process.kill()
            if lives(child):
                os.kill(child, signal.SIGKILL)


def lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"  # nobody may be there to take note of its end


def gone(process: int) -> bool:
    for _ in range(round(PATIENCE_S / LOOK_S)):
        if not lives(process):
            return True
        time.sleep(LOOK_S)
    return False


@mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
@mark.parametrize("script", [PROCESS, BROKER], ids=["process", "broker"])
def test_a_child_of_one_that_was_killed_is_gone(script: str, tmp_path: Path) -> None:
    with parent(script, tmp_path) as (process, child):
        assert lives(child)
        process.kill()
        process.wait()
        assert gone(child)


def test_a_program_that_is_not_there_is_named() -> None:
    done = subprocess.run(guarded(["no-such-program"]), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        1,
        "cannot run no-such-program: No such file or directory\n",
    )


def test_the_program_takes_the_place_of_its_guard() -> None:
    command = [sys.executable, "-c", "import os; print(os.getpid())"]
    with subprocess.Popen(guarded(command), stdout=subprocess.PIPE, text=True) as process:
        said, _ = process.communicate()
    assert int(said) == process.pid

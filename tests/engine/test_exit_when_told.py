"""Who is told to end does so, also where Python lets nobody hear an exception."""

import signal
import subprocess
import sys

from pytest import mark

STUBBORN = """
from boxoffice.terminal.interrupts import exit_when_told

class Stubborn:
    def __del__(self):
        print("here", flush=True)
        while True:
            pass

with exit_when_told():
    Stubborn()
"""


@mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_finalizer_keeps_nobody(sent, status):
    command = [sys.executable, "-c", STUBBORN]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "here\n"
        process.send_signal(sent)
        said = process.communicate(timeout=20)[1]
    assert (process.returncode, said) == (status, "boxoffice: interrupted\n")

"""What services print does not stand between results, and is not lost for who asks for it."""

import subprocess
import sys

from pytest import mark

PROGRAM = """
import logging, os, sys
from boxoffice.terminal import Console
from boxoffice.terminal.silence import muted

# Whoever was loaded before holds streams of their own.
logging.basicConfig(stream=sys.stderr)
out = sys.stdout
with muted({asked}):
    print("printed"), out.write("written\\n"), os.write(1, b"raw\\n"), logging.error("logged")
    Console().print("a result")
    Console(stderr=True).print("a bar")
print("afterwards")
print("a mistake", file=sys.stderr)
"""


def said(asked):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(asked=asked)], capture_output=True, text=True
    )
    return ran.stdout.split("\n")[:-1], ran.stderr.split("\n")[:-1]


def test_consoles_alone_are_heard_until_the_end():
    assert said(asked=True) == (["a result", "afterwards"], ["a bar", "a mistake"])


def test_who_asks_for_it_hears_everything():
    out, err = said(asked=False)
    assert {"printed", "written", "raw", "a result", "afterwards"} == set(out)
    assert err == ["ERROR:root:logged", "a bar", "a mistake"]


@mark.parametrize("name", ["stdout", "stderr"])
def test_where_a_test_listens_it_hears_consoles_alone(capsys, name):
    from boxoffice.terminal import Console
    from boxoffice.terminal.silence import muted

    with muted():
        print("printed", file=getattr(sys, name))
        Console(stderr=name == "stderr").print("a result")
    print("afterwards", file=getattr(sys, name))
    assert getattr(capsys.readouterr(), name[3:]) == "a result\nafterwards\n"

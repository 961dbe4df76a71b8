"""The command where its standard streams are not what a terminal gives it."""

import json
import os
import re
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

from pytest import mark, param, skip

from boxoffice.real.broker import executable
from boxoffice.real.errors import CannotOpen
from tests.real.tiers import sampled, unhurried

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60
FULL = Path("/dev/full")
VIOLATED = ("run", "late-cancel", "--bug", "no-holder-check")


def boxoffice(*words, redirected="", **given):
    """Run the command in a shell that redirects its streams, with `given` in its environment."""
    inner = [sys.executable, "-m", "scenarios", *map(str, words)]
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", *inner],
        cwd=ROOT,
        env=os.environ | given,
        capture_output=True,
        encoding=given.get("PYTHONIOENCODING", "utf-8"),
    )


@mark.parametrize("encoding", sampled(["ascii", "latin-1"], every=2))
@mark.parametrize(("words", "status"), sampled([param(VIOLATED, 1), param(("list",), 0)], every=2))
def test_a_terminal_that_knows_few_characters_is_told_all_the_same(words, status, encoding):
    ended = boxoffice(*words, PYTHONIOENCODING=encoding)
    assert (ended.returncode, ended.stderr) == (status, "")
    assert "holder-releases" in ended.stdout


@mark.parametrize("closed", sampled(["<&- >&- 2>&-", "<&-", ">&-", "2>&-"], every=4))
def test_a_run_whose_streams_are_closed_ends_with_its_own_status(closed, tmp_path):
    file = tmp_path / "run.json"
    ended = boxoffice(*VIOLATED, "--json", file, redirected=closed)
    assert (ended.returncode, ended.stderr) == (1, "")
    assert json.loads(file.read_text(encoding="utf-8"))["scenario"] == VIOLATED[1]


@mark.real
@unhurried
def test_a_shop_opens_where_nobody_reads_its_log():
    try:
        executable()
    except CannotOpen:
        skip("real: no nats-server")
    up = ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-m", "scenarios", "up", "--port=0"]
    with subprocess.Popen(up, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as shop:
        said = [*takewhile(lambda line: not line.startswith("Ctrl-C"), shop.stdout)]
        shop.send_signal(signal.SIGTERM)
        assert shop.wait(PATIENCE_S) == 128 + signal.SIGTERM
    assert said[0].startswith("The shop is open at http://127.0.0.1:")


@mark.skipif(not FULL.exists(), reason="no /dev/full here")
@mark.parametrize("words", sampled([("run", "purchase"), ("list",), ("--help",)], every=3))
def test_a_full_disk_is_one_line(words):
    ended = boxoffice(*words, redirected=f">{FULL}")
    assert ended.returncode == 2
    assert ended.stderr == "boxoffice: cannot write: No space left on device\n"


@mark.parametrize(
    ("words", "status"),
    sampled([param(VIOLATED, 1), param(("list",), 0), param(("run", "purchase"), 0)], every=3),
)
def test_a_reader_that_goes_away_changes_no_verdict(words, status):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as unread:
        command = [sys.executable, "-m", "scenarios", *words]
        ended = subprocess.run(command, cwd=ROOT, stdout=unread, stderr=subprocess.PIPE)
    assert (ended.returncode, ended.stderr) == (status, b"")


@mark.parametrize("words", sampled([("run", "purchase"), ("demo", "--html", "demo.html")], every=2))
def test_colours_that_are_asked_for_come_without_motion(words, tmp_path):
    *asked, last = words
    ended = boxoffice(*asked, tmp_path / last if "." in last else last, FORCE_COLOR="1")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b[" in ended.stdout
    assert set(re.findall(r"\x1b\[[?\d;]*(\w)", ended.stdout)) == {"m"}

"""The `boxoffice` command as a process of its own."""

import json
import signal
import subprocess
import sys
import tomllib
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path

from pytest import mark, raises

import boxoffice.__main__
import scenarios.__main__

ROOT = Path(__file__).parents[2]


def process(*words):
    """Run the installed command's module as a process of its own."""
    command = [sys.executable, "-m", "scenarios", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")


def test_a_process_ends_with_the_status_of_the_run():
    ended = process("run", "late-cancel", "--bug", "no-holder-check", "--json", "/dev/stderr")
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["verdict"] == "violated"
    assert "holder-releases" in ended.stdout


def test_a_process_that_is_misused_shows_no_traceback():
    ended = process("run", "lastseat")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "boxoffice: there is no scenario 'lastseat'; did you mean 'last-seat'?\n"


@mark.parametrize(("project", "script"), [("sim", "boxoffice"), (".", "boxoffice-shop")])
def test_what_is_installed_listens_before_it_loads(project, script):
    scripts = tomllib.loads((ROOT / project / "pyproject.toml").read_text())["project"]["scripts"]
    assert list(scripts) == [script]
    entry = EntryPoint(script, scripts[script], "console_scripts")
    assert entry.load() is boxoffice.__main__.main
    assert entry.load() is scenarios.__main__.main


def test_who_lists_what_there_is_loads_no_driver_and_no_service():
    program = "import sys, scenarios.catalogue as it; it.everything(); print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in ended.stdout.split()}
    heavy = {"fastapi", "httpx", "nats", "pymongo", "redis", "simpy", "stripe", "uvicorn"}
    assert "boxoffice" in loaded
    assert not loaded & heavy


@contextmanager
def loading(heard):
    """Start the command, which hears Ctrl-C or not, and press it while its modules are loaded."""
    hears = f"import os, signal, sys; signal.signal(signal.SIGINT, signal.{heard})"
    words = ["-X", "importtime", "-m", "scenarios", "list"]
    program = f"{hears}; os.execv(sys.executable, [sys.executable, *{words}])"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, **pipes) as process:
        next(line for line in process.stderr if line.split("|")[-1].strip() == "typer")
        process.send_signal(signal.SIGINT)
        yield process


def test_ctrl_c_while_it_is_loaded_is_one_line():
    with loading("SIG_DFL") as process:
        out, err = process.communicate()
    said = [line for line in err.splitlines() if not line.startswith("import time:")]
    assert (process.returncode, out, said) == (130, "", ["boxoffice: interrupted"])


def test_ctrl_c_in_the_moment_after_that_is_one_line_too(monkeypatch, capsys):
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("boxoffice.cli.main", interrupted)
    with raises(SystemExit) as ended:
        scenarios.__main__.main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "boxoffice: interrupted\n")


def test_who_has_asked_not_to_be_interrupted_is_not():
    with loading("SIG_IGN") as process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert "last-seat" in out

"""The command `boxoffice`, with packages that bring commands and without."""

import subprocess
import sys
from importlib.metadata import PathDistribution

from pytest import fixture, mark

from boxoffice import cli
from boxoffice.terminal import commands
from tests.engine.commands import runner

TOYS = '''
import typer
from boxoffice.misuse import Misuse

app = typer.Typer(help="Toys that can be wound up.")
box = typer.Typer(help="What is in the box.")
app.add_typer(box, name="box")

@app.command(epilog="Example: boxoffice wind --turns 3")
def wind(turns: int = 1):
    """Wind a toy up."""
    if turns > 9:
        raise Misuse("the spring breaks")
    raise typer.Exit(turns)

@app.command()
def look():
    """Look at them."""
    print("a mouse")

@box.command("open")
def opened():
    """Open it."""
    print("it is empty")
'''


@fixture
def bring(monkeypatch, tmp_path):
    """Return how a package brings commands; before the first, no package has any."""
    entries = []
    monkeypatch.setattr(commands, "entry_points", lambda group: entries)
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(package, text, module="toys", source=TOYS):
        (tmp_path / f"{module}.py").write_text(source, encoding="utf-8")
        sys.modules.pop(module, None)
        there = tmp_path / f"{package}-1.0.dist-info"
        there.mkdir()
        (there / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "\n".join(text.split(", "))
        (there / "entry_points.txt").write_text(f"[{commands.GROUP}]\n{lines}\n")
        entries.extend(PathDistribution(there).entry_points)

    yield add
    for module in ("toys", "others"):
        sys.modules.pop(module, None)


@fixture
def boxoffice(monkeypatch, capsys, bring):
    return runner(cli.main, monkeypatch, capsys)


def unframed(text):
    return " ".join(text.replace("│", "").split())


ALL = "box = toys:app, look = toys:app, wind = toys:app"


def test_a_command_of_a_package_is_run_and_its_status_is_the_status(boxoffice, bring):
    bring("toyshop", ALL)
    assert boxoffice("wind", "--turns", "3") == (3, "", "")
    assert boxoffice("look") == (0, "a mouse\n", "")
    assert boxoffice("box", "open") == (0, "it is empty\n", "")


def test_an_app_without_a_command_of_that_name_is_the_command(boxoffice, bring):
    bring("toyshop", "toys = toys:app, chest = toys:box")
    assert boxoffice("toys", "look") == (0, "a mouse\n", "")
    assert boxoffice("toys", "box", "open") == (0, "it is empty\n", "")
    assert boxoffice("chest") == (0, "it is empty\n", "")  # of one command alone, as Typer has it


def test_the_help_is_what_the_packages_say_in_the_order_of_their_apps(boxoffice, bring):
    bring("toyshop", ALL)
    status, out, err = boxoffice("--help")
    assert (status, err) == (0, "")
    assert "Usage: boxoffice" in out
    said = ["Toys that can be wound up.", "Wind a toy up.", "Look at them.", "What is in the box."]
    assert sorted(said, key=out.index) == said


def test_the_help_of_a_command_has_its_epilog(boxoffice, bring):
    bring("toyshop", ALL)
    assert "Example: boxoffice wind" in boxoffice("wind", "--help")[1]


def test_without_commands_the_help_says_what_to_do(boxoffice):
    for words in [(), ("--help",)]:
        status, out, err = boxoffice(*words)
        assert status == (0 if words else 2)
        assert "--boxoffice-seeds" in out + err
        assert commands.GROUP in out + err


def test_without_commands_none_is_known(boxoffice):
    assert boxoffice("demo") == (2, "", "boxoffice: No such command 'demo'.\n")


@mark.parametrize(
    ("words", "said"),
    [
        ("wnd", "No such command 'wnd'. Did you mean 'wind'?"),
        ("wind --turn 3", "No such option: --turn"),
        ("wind --turns 10", "the spring breaks"),
    ],
)
def test_misuse_is_one_line_and_ends_with_2(boxoffice, bring, words, said):
    bring("toyshop", ALL)
    status, out, err = boxoffice(*words.split())
    assert (status, out) == (2, "")
    assert err.startswith(f"boxoffice: {said}")
    assert err.count("\n") == 1


def test_the_versions_are_told_without_a_command_being_loaded(boxoffice, bring):
    bring("toyshop", ALL)
    cli_version = boxoffice("--version")
    assert cli_version[0] == 0
    assert [line.split()[0] for line in cli_version[1].splitlines()] == ["boxoffice", "toyshop"]
    assert "toys" not in sys.modules


def test_a_command_is_loaded_when_it_is_asked_for_and_no_other(boxoffice, bring):
    bring("toyshop", ALL)
    bring("elsewhere", "other = others:app", "others", "raise AssertionError")
    assert boxoffice("look")[0] == 0
    assert "others" not in sys.modules


def test_a_command_that_cannot_be_loaded_says_so_and_hides_no_other(boxoffice, bring):
    bring("toyshop", ALL)
    bring("elsewhere", "other = others:app", "others", "import no_such_package")
    assert boxoffice("other") == (
        2,
        "",
        "boxoffice: 'other' of elsewhere cannot be loaded: No module named 'no_such_package'\n",
    )
    status, out, _ = boxoffice("--help")
    assert status == 0
    assert "No module named 'no_such_package'" in unframed(out)
    assert "Wind a toy up." in out


def test_two_packages_cannot_bring_one_command(boxoffice, bring):
    bring("toyshop", ALL)
    bring("elsewhere", "look = others:app", "others", TOYS)
    said = "elsewhere and toyshop both bring a command 'look': uninstall one of them"
    assert boxoffice("look") == (2, "", f"boxoffice: {said}\n")
    assert boxoffice("wind")[0] == 1
    assert said in unframed(boxoffice("--help")[1])


def test_ctrl_c_while_a_command_is_loaded_ends_at_once(tmp_path):
    """Some libraries catch whatever is raised while they are imported."""
    (tmp_path / "slow.py").write_text(
        "import signal\ntry:\n    signal.raise_signal(signal.SIGINT)\nexcept BaseException:\n"
        "    pass\nimport typer\napp = typer.Typer()\napp.command()(lambda: print('unheard'))\n"
    )
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from importlib.metadata import EntryPoint\n"
        "from boxoffice.terminal import commands\n"
        "entry = EntryPoint('slow', 'slow:app', commands.GROUP)\n"
        "commands.entry_points = lambda group: [entry]\n"
        "from boxoffice.__main__ import main\n"
        "main()"
    )
    command = [sys.executable, "-c", program, "slow"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stdout) == (130, "")
    assert ended.stderr == "boxoffice: interrupted\n"


def test_the_command_loads_little_before_it_is_told_what_to_run():
    program = "import sys, boxoffice.__main__; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")
    loaded = {name for name in ended.stdout.split() if name.startswith("boxoffice")}
    room = {
        "boxoffice.terminal",
        "boxoffice.terminal.interrupts",
        "boxoffice.terminal.streams",
        "boxoffice.lazily",
    }
    assert loaded == {"boxoffice", "boxoffice.__main__"} | room
    assert {"typer", "rich", "asyncio"}.isdisjoint(ended.stdout.split())

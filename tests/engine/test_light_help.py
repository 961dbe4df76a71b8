"""Typer's help is loaded without what it does not use, in a process of its own."""

import subprocess
import sys

PROGRAM = """
import sys
import typer
from boxoffice.terminal.light_help import load_light_help

load_light_help()
app = typer.Typer(rich_markup_mode={0!r})

@app.command(help="Read *all* of it.")
def read():
    ...

try:
    app(["--help"])
finally:
    print(sorted({{"markdown_it", "pygments"}} & set(sys.modules)))
    from rich.markdown import Markdown
    from rich.traceback import Traceback
    from typer import rich_utils
    print(isinstance(Markdown(""), rich_utils.Markdown), Markdown.__module__)
    try:
        1 / 0
    except ZeroDivisionError as error:
        told = rich_utils.Traceback.from_exception(type(error), error, error.__traceback__)
    print(type(told) is Traceback)
"""


def helped(mode):
    program = PROGRAM.format(mode)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8")


def test_help_in_plain_markup_loads_neither_markdown_nor_a_highlighter():
    said = helped("rich").stdout
    assert "Read *all* of it." in said
    assert "\n[]\n" in said


def test_who_uses_them_all_the_same_has_the_real_ones():
    ended = helped("markdown")
    assert ended.stderr == ""
    assert "Read all of it." in ended.stdout  # as Markdown has it
    assert ended.stdout.endswith("True rich.markdown\nTrue\n")

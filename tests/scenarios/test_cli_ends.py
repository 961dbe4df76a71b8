"""How a run of the command may end beside a verdict, and what it leaves behind."""

import asyncio
import json
import os
import re
import signal

from pytest import fixture, mark

from scenarios import catalogue, cli
from scenarios.scenario import scenario
from scenarios.shop.checks import INVARIANTS
from tests.engine.commands import runner


@fixture
def boxoffice(monkeypatch, capsys):
    return runner(cli.main, monkeypatch, capsys)


@fixture
def told(monkeypatch):
    """Return how to put a scenario into the catalogue for one test."""

    def add(story, **options):
        made = scenario(**options)(story)
        names = catalogue.scenarios_by_name() | {made.name: made}
        monkeypatch.setattr(catalogue, "scenarios_by_name", lambda: names)

    return add


@fixture
def interruptible():
    """Ctrl-C is heard, as in a terminal; what is started in the background may be deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@mark.usefixtures("interruptible")
def test_an_interruption_is_one_line_and_leaves_the_real_world_as_it_was(boxoffice, told, tmp_path):
    async def interrupted(town):
        await town.seller("Sue").lists("Front row", price="45.00")
        raise KeyboardInterrupt

    told(interrupted)
    before = os.urandom
    file = tmp_path / "run.json"
    status, out, err = boxoffice("run", "interrupted", "--json", file)
    assert (status, out, err) == (130, "", "boxoffice: interrupted\n")
    assert list(tmp_path.iterdir()) == []
    assert os.urandom is before


def test_a_run_that_puts_nothing_to_the_test_does_not_end_as_one_that_holds(
    boxoffice, told, tmp_path
):
    async def idle(town):
        """Nobody does anything."""

    told(idle, checks=INVARIANTS[:1])
    status, out, _ = boxoffice("run", "idle", "--json", tmp_path / "run.json")
    assert (status, f"vacuous: {INVARIANTS[0].name}" in out) == (3, True)
    said = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert said["verdict"] == "vacuous"


def test_a_story_that_comes_to_no_end_is_told_in_a_line(boxoffice, told, monkeypatch):
    monkeypatch.setattr("boxoffice.clock.limits.MOST_CALLS", 20_000)

    async def waits(town):
        """Nobody comes."""
        await asyncio.Event().wait()

    told(waits)
    status, out, err = boxoffice("run", "waits")
    assert (status, out) == (1, "")
    assert re.fullmatch(r"boxoffice: there is no end after .*: the story is .*waits\n", err)


def test_an_interruption_while_a_file_is_written_leaves_the_old_file(
    boxoffice, monkeypatch, tmp_path
):
    def half(outcomes, path):
        path.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr("boxoffice.views.write_report", half, raising=False)
    file = tmp_path / "report.html"
    file.write_text("the old one", encoding="utf-8")
    status, _, err = boxoffice("run", "purchase", "--html", file)
    assert (status, err) == (130, "boxoffice: interrupted\n")
    assert [it.read_text(encoding="utf-8") for it in tmp_path.iterdir()] == ["the old one"]


def test_a_file_is_written_through_a_link_and_keeps_its_place(boxoffice, tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old", encoding="utf-8")
    link.symlink_to(real)
    assert boxoffice("list", "--json", link)[0] == 0
    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["twins"]

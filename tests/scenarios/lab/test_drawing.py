"""What `show` gives a notebook: a picture for all, and the explorer where there is one."""

from functools import cache

import pytest

from boxoffice.trace.outcome import Outcome
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from scenarios.lab import drawing, show

LIVE = "application/vnd.jupyter.widget-view+json"


@cache
def purchase() -> Outcome:
    return run(scenario_named("purchase"))


def test_where_nothing_is_installed_there_is_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    shown = show(purchase())
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml"}
    assert bundle["text/plain"] == "purchase, seed 0: holds"
    assert shown.chosen == {}


def test_where_the_explorer_is_installed_both_are_given_and_it_is_told_what_was_clicked() -> None:
    pytest.importorskip("anywidget", reason="the extra `lab` is not installed")
    shown = show(purchase())
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", LIVE}
    assert bundle["text/plain"] == "purchase, seed 0: holds"
    assert shown._repr_mimebundle_()[LIVE] == bundle[LIVE]  # shown twice, it is one explorer
    assert shown.chosen == {}
    shown._explorer.set_state({"chosen": {"run": 0, "event": 7}})
    assert shown.chosen == {"run": 0, "event": 7}
    shown._explorer.close()


def test_two_runs_are_shown_side_by_side_and_as_one_story() -> None:
    pytest.importorskip("anywidget", reason="the extra `lab` is not installed")
    twin = twin_named("no-version-check")
    shown = show(purchase(), run(scenario_named("duplicate-delivery"), bug=twin))
    bundle = shown._repr_mimebundle_()
    assert bundle["image/svg+xml"].count("<g transform") == 2
    assert bundle["text/plain"].splitlines()[0] == "purchase, seed 0: holds"
    assert shown._explorer.compare
    assert shown._explorer.runs.count('"judgements":') == 2
    shown._explorer.close()

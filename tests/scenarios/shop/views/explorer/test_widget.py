"""The explorer in a notebook."""

import json

import pytest

from tests.scenarios.shop.views.runs import outcome, purchase

pytest.importorskip("anywidget", reason="the extra `lab` is not installed")


def test_the_widget_carries_its_runs_its_script_and_its_style() -> None:
    from boxoffice.views import explore

    trace = purchase()
    widget = explore([outcome(trace), outcome(trace, bug="no-outbox")])
    assert [run["bug"] for run in json.loads(widget.runs)] == [None, "no-outbox"]
    assert "export{" in widget._esm
    assert ".bx-pane" in widget._css
    widget.close()


def test_what_the_reader_has_clicked_is_there_for_the_next_cell() -> None:
    from boxoffice.views import explore

    widget = explore(outcome(purchase()))
    assert widget.chosen == {}
    widget.set_state({"chosen": {"run": 0, "event": 7}})
    assert widget.chosen == {"run": 0, "event": 7}
    widget.close()

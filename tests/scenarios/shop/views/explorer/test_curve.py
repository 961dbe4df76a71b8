"""When a failure became likely, beside the time of its run."""

import json
from pathlib import Path

from boxoffice.search.likelihood import Likelihood, Moment
from boxoffice.views.explorer.model import QUIET, run_of, text_of
from tests.scenarios.shop.views.explorer.bundle import node
from tests.scenarios.shop.views.runs import number, outcome, purchase

JUST_AFTER_S = 0.5e-6
TRACE = purchase()
# The first acknowledgement, which says nothing of its own, and what was before.
AT = number(TRACE, "acked")


def curve() -> Likelihood:
    at_s = TRACE.events[AT].at_us / 1e6
    moments = [Moment(0.0, 0, 8), Moment(at_s - 1e-6, 1, 8), Moment(at_s + JUST_AFTER_S, 7, 8)]
    return Likelihood("nothing-stuck", moments, *moments[1:], [TRACE.events[AT]])


def test_what_happened_at_the_rise_is_drawn_though_it_says_nothing_of_its_own() -> None:
    without, run = run_of(outcome(TRACE)), run_of(outcome(TRACE), curve())
    assert "why" not in without
    assert without["events"]["flags"][AT] == QUIET
    assert run["events"]["flags"][AT] == 0
    assert run["why"]["rise"] == [1, 2]
    assert run["why"]["remarks"][0].endswith("1 of 8 before, 7 of 8 after")


def test_a_place_beside_the_time_leads_to_the_event_of_its_moment(tmp_path: Path) -> None:
    there = tmp_path / "runs.json"
    there.write_text(text_of([outcome(TRACE)], [curve()]), encoding="utf-8")
    risen, rise, none, first = node(
        "import {readFileSync as read} from 'node:fs';"
        f"const run = x.decode(JSON.parse(read({json.dumps(str(there))}, 'utf8'))[0]);"
        "const view = {run, place: x.across(run, 900), scale: x.timeScale(run.events)};"
        "const {strip, x: lane} = view.place, {before, after} = run.why, {y} = view.scale;"
        "const at = (x_, y_) => { const one = x.momentAt(view, x_, y_);"
        "  return one && x.eventAt(run, one); };"
        "console.log(JSON.stringify([x.risen(run), at(strip + 9, y(after.us)),"
        "  at(lane(0), y(after.us)), at(strip + 9, 0)]))"
    )
    assert AT in risen
    assert rise == risen[0]
    assert none is None
    assert first == 0

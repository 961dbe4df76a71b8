"""Where moments lie, and how finely they are told."""

import json
from pathlib import Path

import pytest

from boxoffice import faults
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from tests.scenarios.shop.views.explorer.bundle import asked, node

REACH = {"ask": 5, "commit": 5, "apply": 8, "proof": 13}


def mark(n: int, us: int, lane: int = 0, shape: str = "apply", proof: bool = False) -> str:
    return json.dumps({"n": n, "us": us, "lane": lane, "shape": shape, "proof": proof})


@pytest.mark.parametrize("apart_us", [0, 1, 400])
@pytest.mark.parametrize("shape", ["ask", "apply"])
@pytest.mark.parametrize("proof", [False, True])
def test_marks_of_one_lane_do_not_cover_each_other(apart_us: int, shape: str, proof: bool) -> None:
    first, second = mark(0, 1_000, 0, shape, proof), mark(1, 1_000 + apart_us, 0, shape, proof)
    y = node(
        f"const s = x.timeScale([{first}, {second}]);"
        f"console.log(JSON.stringify([s.at({first}), s.at({second})]));"
    )
    assert y[1] - y[0] > 2 * REACH["proof" if proof else shape]


def test_what_comes_later_never_stands_above_what_came_before() -> None:
    marks = ",".join([*(mark(n, 1_000) for n in range(3)), mark(3, 1_001, lane=1)])
    y = node(
        f"const all = [{marks}], s = x.timeScale(all); console.log(JSON.stringify(all.map(s.at)))"
    )
    assert y == sorted(y)


def test_moments_are_told_as_finely_as_they_differ() -> None:
    said = node("console.log(JSON.stringify(x.moments([1000, 129537, 129737, 900000123])))")
    assert said == ["00:00.001", "00:00.129537", "00:00.129737", "15:00.000"]


def test_what_is_asked_again_and_again_is_folded_and_counted(tmp_path: Path) -> None:
    crash = faults.crashes("orders", on="write", of="orders.insert_one", at="orders-db", nth=[1])
    outcome = run(scenario_named("purchase"), faults=[crash], bug=twin_named("no-outbox"))
    shown, hidden, text = asked(
        tmp_path / "runs.json",
        [outcome, outcome],
        "(() => { const none = x.noFilter(), shown = a.events.filter(x.keeper(a, none));"
        "const hidden = a.events.filter(x.folder(a, none));"
        "return [shown.length, hidden.length,"
        "x.timeScale(shown, 1, hidden).folds.map((one) => one.text).join()]; })()",
    )
    assert hidden > 5 * shown
    assert "more of the same" in text


def test_what_breaks_is_gone_to_and_nothing_innocent_before_it(tmp_path: Path) -> None:
    outcome = run(scenario_named("last-seat"), bug=twin_named("no-unique-hold"), seed=3, size=6)
    [first, *_], says = asked(
        tmp_path / "runs.json",
        [outcome, outcome],
        "[x.breaches(a), a.events.map((event) => event.says)]",
    )
    assert says[first] == "orders inserts order 2"

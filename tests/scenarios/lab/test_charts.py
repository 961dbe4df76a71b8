"""Charts: measured rows, a slider over them, and all settings side by side."""

import json

from boxoffice import faults
from scenarios.catalogue import scenario_named
from scenarios.lab import charts
from scenarios.lab.chart import VEGALITE
from scenarios.lab.charts import decisions, decisions_chart, durations, durations_chart

PURCHASE = scenario_named("purchase")


def test_copies_change_what_is_delivered_and_not_what_is_applied() -> None:
    rows = decisions(PURCHASE, lambda share: faults.duplicates(share=share), (0.0, 1.0))
    counts = {(row["setting"], row["decision"]): row["events"] for row in rows if row["seed"] == 0}
    assert counts[0.0, "apply"] == counts[1.0, "apply"] == counts[1.0, "duplicate"]
    assert counts[0.0, "duplicate"] == 0
    assert len(rows) == 2 * len(charts.SEEDS) * len(charts.DECISIONS)


def test_an_answer_is_later_than_one_slow_call_explains() -> None:
    rows = durations(PURCHASE, lambda s: faults.slow_calls(by_s=s, share=0.5), (0.0, 0.2))
    slowest = {at: max(float(r["ms"]) for r in rows if r["setting"] == at) for at in (0.0, 0.2)}
    assert slowest[0.2] > slowest[0.0] + 200


def test_a_chart_says_at_every_setting_what_is_to_be_seen() -> None:
    rows = [
        {"setting": at, "seed": seed, "decision": it, "events": count}
        for at, gaps in ((0.0, 0), (0.5, 2))
        for seed in charts.SEEDS
        for it, count in (("apply", 13), ("duplicate", 0), ("gap", gaps if seed else 0))
    ]
    said = str(decisions_chart(rows, "window in s")).splitlines()
    assert said[0] == "What consumers decide, by window in s"
    assert said[1] == "0: 13.0 deliveries, for 13 effects, a gap in 0 of 6 runs"
    assert said[2] == "0.5: 14.7 deliveries, for 13 effects, a gap in 5 of 6 runs"


def test_a_picture_has_a_panel_for_each_setting_and_the_spec_has_them_all() -> None:
    rows = [{"setting": at, "seed": 0, "ms": 40 + 300 * at} for at in (0.0, 0.5, 1.0)]
    bundle = durations_chart(rows, "latency in s")._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "image/svg+xml", VEGALITE}
    for panel in ("latency in s: 0<", "latency in s: 0.5<", "latency in s: 1<"):
        assert panel in bundle["image/svg+xml"]
    spec = json.dumps(bundle[VEGALITE])
    assert '"input": "range"' in spec
    assert '"max": 1.0, "min": 0.0' in spec
    assert '"step": 0.5' in spec
    assert "half within 340 ms" in spec
    assert "http" not in spec.replace("https://vega.github.io/schema/", "")


def test_a_slider_begins_where_nothing_is_broken_yet() -> None:
    rows = [{"setting": at, "seed": 0, "ms": 40.0} for at in (0.0, 0.5, 1.0)]
    (slider,) = durations_chart(rows, "latency in s").spec()["params"]
    assert slider["value"] == slider["bind"]["min"] == 0.0


def test_every_layer_of_a_chart_shows_the_chosen_setting_alone() -> None:
    rows = [{"setting": at, "seed": 0, "ms": 40.0} for at in (0.0, 1.0)]
    layers = durations_chart(rows, "latency in s").spec()["layer"]
    filters = [it["filter"] for layer in layers for it in layer["transform"]]
    assert filters == ["(datum.setting === setting_shown)"] * 2


def test_the_bars_of_all_panels_are_on_one_scale() -> None:
    rows = [{"setting": 0.0, "seed": 0, "ms": 10.0}] * 4 + [{"setting": 1.0, "seed": 0, "ms": 10.0}]
    picture = durations_chart(rows, "latency in s")._repr_mimebundle_()["image/svg+xml"]
    assert "v-130h" in picture  # four answers, of a scale of four
    assert "v-32.5h" in picture  # and one

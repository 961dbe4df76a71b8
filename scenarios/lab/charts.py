"""What a fault does to a shop, for each of its settings: measured, and drawn as a chart.

| a row of | has |
|---|---|
| `durations` | setting, seed, ms: how long one answer took, in virtual milliseconds |
| `decisions` | setting, seed, decision, events: how often consumers decided so in one run |
"""

from collections.abc import Callable, Iterator, Sequence
from statistics import fmean, median
from typing import Final

from boxoffice import Scenario, run
from boxoffice.faults import Fault
from boxoffice.trace import Trace
from scenarios.lab.chart import Chart
from scenarios.lab.picture.panels import Bar, Measured

Row = dict[str, float | int | str]
DECISIONS: Final = ("apply", "duplicate", "gap")
SEEDS: Final = range(6)
FEWER: Final = SEEDS[:3]  # a run has one gap or none, but many answers
BIN_MS: Final = 50


def decisions(
    scenario: Scenario, fault: Callable[[float], Fault], settings: Sequence[float]
) -> list[Row]:
    """Return how often consumers applied, passed over and put off, for each setting of a fault."""
    rows: list[Row] = []
    for setting, seed, trace in _traces(scenario, fault, settings, SEEDS):
        made = [str(event["decision"]) for event in trace.of_kind("decided")]
        rows += [
            {"setting": setting, "seed": seed, "decision": it, "events": made.count(it)}
            for it in DECISIONS
        ]
    return rows


def durations(
    scenario: Scenario, fault: Callable[[float], Fault], settings: Sequence[float]
) -> list[Row]:
    """Return how long people waited for each answer, for each setting of a fault."""
    rows: list[Row] = []
    for setting, seed, trace in _traces(scenario, fault, settings, FEWER):
        for answer in trace.of_kind("response"):
            waited_us = answer.at_us - trace.events[answer["request"]].at_us
            rows.append({"setting": setting, "seed": seed, "ms": round(waited_us / 1000, 1)})
    return rows


def _traces(
    scenario: Scenario,
    fault: Callable[[float], Fault],
    settings: Sequence[float],
    seeds: Sequence[int],
) -> Iterator[tuple[float, int, Trace]]:
    for setting in settings:
        for seed in seeds:
            yield setting, seed, run(scenario, seed=seed, faults=[fault(setting)]).trace


def decisions_chart(rows: Sequence[Row], knob: str) -> Chart:
    """Return what consumers decide in a run, on average, for each setting of what `knob` names."""
    bars, says = [], {}
    for setting in _settings(rows):
        means = {it: fmean(_counted(rows, setting, it)) for it in DECISIONS}
        bars += [Bar(setting, it, round(mean, 2), it) for it, mean in means.items()]
        gaps = sum(count > 0 for count in _counted(rows, setting, "gap"))
        says[setting] = (
            f"{sum(means.values()):.1f} deliveries",
            f"for {means['apply']:.0f} effects",
            f"a gap in {gaps} of {len(SEEDS)} runs" if any(_counted(rows, None, "gap")) else "",
        )
    title = f"What consumers decide, by {knob}"
    return Chart(Measured(title, knob, "", "events a run", bars, says))


def durations_chart(rows: Sequence[Row], knob: str) -> Chart:
    """Return how many answers took how long, for each setting of what `knob` names."""
    bars, says = [], {}
    last = int(max(float(row["ms"]) for row in rows) // BIN_MS)
    for setting in _settings(rows):
        waited = [float(row["ms"]) for row in rows if row["setting"] == setting]
        for at in range(last + 1):
            count = sum(waited_ms // BIN_MS == at for waited_ms in waited)
            bars.append(Bar(setting, str(at * BIN_MS), count, "call"))
        says[setting] = (
            f"half within {median(waited):.0f} ms",
            f"the slowest {max(waited):.0f} ms",
            f"{len(waited)} answers",
        )
    title = f"How long an answer takes, by {knob}"
    return Chart(Measured(title, knob, "virtual milliseconds", "answers", bars, says))


def _settings(rows: Sequence[Row]) -> list[float]:
    return sorted({float(row["setting"]) for row in rows})


def _counted(rows: Sequence[Row], setting: float | None, decision: str) -> list[int]:
    """Return how often it was decided so in each run; with any setting if it is None."""
    return [
        int(row["events"])
        for row in rows
        if row["decision"] == decision and setting in (None, row["setting"])
    ]

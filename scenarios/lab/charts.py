"""What a fault does to deliveries, as a chart with a slider.

Altair is imported where it is used, so that exercises can be graded without it.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final

from sim.faults.schedule import Fault
from sim.run import run
from sim.scenario import Scenario

Row = dict[str, float | int | str]
COLOURS: Final = {"apply": "#1b7837", "duplicate": "#8c6d00", "gap": "#762a83"}
SEEDS: Final = range(3)


def decisions(
    scenario: Scenario, fault: Callable[[float], Fault], settings: Sequence[float]
) -> list[Row]:
    """Return how often consumers applied, passed over and put off, for each setting of a fault.

    One row for each setting, seed and decision: `{setting, seed, decision, events}`.
    """
    rows: list[Row] = []
    for setting in settings:
        for seed in SEEDS:
            trace = run(scenario, seed=seed, faults=[fault(setting)]).trace
            made = [str(event["decision"]) for event in trace.of_kind("decided")]
            rows += [
                {"setting": setting, "seed": seed, "decision": it, "events": made.count(it)}
                for it in COLOURS
            ]
    return rows


def durations(
    scenario: Scenario, fault: Callable[[float], Fault], settings: Sequence[float]
) -> list[Row]:
    """Return how long people waited for each answer, in virtual milliseconds, for each setting."""
    rows: list[Row] = []
    for setting in settings:
        for seed in SEEDS:
            trace = run(scenario, seed=seed, faults=[fault(setting)]).trace
            for answer in trace.of_kind("response"):
                waited_us = answer.at_us - trace.events[answer["request"]].at_us
                rows.append({"setting": setting, "seed": seed, "ms": round(waited_us / 1000, 1)})
    return rows


def decisions_chart(rows: Sequence[Row], knob: str) -> Any:
    """Return bars of decisions, with a slider over the settings that `knob` names."""
    altair = import_module("altair")
    slider = _slider(altair, rows, knob)
    return (
        altair.Chart(altair.Data(values=list(rows)), title=f"What consumers decide, by {knob}")
        .mark_bar()
        .encode(
            x=altair.X("decision:N", sort=list(COLOURS), title=None),
            y=altair.Y("mean(events):Q", title="events a run"),
            color=altair.Color(
                "decision:N",
                legend=None,
                scale=altair.Scale(domain=list(COLOURS), range=list(COLOURS.values())),
            ),
        )
        .add_params(slider)
        .transform_filter(altair.datum.setting == slider)
        .properties(width=300, height=180)
    )


def durations_chart(rows: Sequence[Row], knob: str) -> Any:
    """Return a histogram of waiting times, with a slider over the settings that `knob` names."""
    altair = import_module("altair")
    slider = _slider(altair, rows, knob)
    return (
        altair.Chart(altair.Data(values=list(rows)), title=f"How long an answer takes, by {knob}")
        .mark_bar()
        .encode(
            x=altair.X("ms:Q", bin=altair.Bin(maxbins=30), title="virtual milliseconds"),
            y=altair.Y("count():Q", title="answers"),
        )
        .add_params(slider)
        .transform_filter(altair.datum.setting == slider)
        .properties(width=400, height=180)
    )


def _slider(altair: Any, rows: Sequence[Row], knob: str) -> Any:
    settings = sorted({float(row["setting"]) for row in rows})
    step = round(settings[1] - settings[0], 6) if len(settings) > 1 else 1.0
    bound = altair.binding_range(min=settings[0], max=settings[-1], step=step, name=f"{knob} ")
    return altair.param(name="setting_shown", value=settings[len(settings) // 2], bind=bound)

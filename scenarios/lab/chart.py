"""A chart with a slider, and all that the slider can show side by side in a static picture.

JupyterLab draws the first with what it is bundled with and asks no network.  A code host runs no
script and shows the picture, so there is no HTML, which it would prefer and leave blank.
Altair is imported where it is used, so that exercises can be graded without it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from importlib import import_module
from typing import Any, Final

from scenarios.lab.picture.panels import Measured, panels
from scenarios.lab.picture.styles import COLOURS

# What JupyterLab 4 has a renderer for; Altair 6 writes version 6, and the charts here are both.
VEGALITE: Final = "application/vnd.vegalite.v5+json"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"

# JupyterLab's dark theme would write in white, and the explorer's colours are made for either.
ON_WHITE: Final = {
    "background": COLOURS["paper"],
    "title": {"color": COLOURS["ink"]},
    "text": {"color": COLOURS["ink"]},
    "axis": {
        "labelColor": COLOURS["ink"],
        "titleColor": COLOURS["ink"],
        "domainColor": COLOURS["faint"],
        "tickColor": COLOURS["faint"],
        "gridColor": COLOURS["line"],
    },
}


class Chart:
    """What was measured, with a slider over the settings."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "image/svg+xml": panels(self.measured),
            VEGALITE: self.spec(),
        }

    def __repr__(self) -> str:
        told = [f"{setting:g}: {', '.join(filter(None, said))}" for setting, said in self._said()]
        return "\n".join([self.measured.title, *told])

    def spec(self) -> dict[str, Any]:
        """Return the chart with a slider, as Vega-Lite."""
        altair = import_module("altair")
        slider = self._slider(altair)
        # A filter of the whole would not reach layers that have data of their own.
        chosen = altair.datum.setting == slider
        layers = [it.transform_filter(chosen) for it in (self._drawn(altair), self._told(altair))]
        shown = altair.layer(*layers, title=self.measured.title).add_params(slider)
        spec: dict[str, Any] = shown.properties(width=420, height=200).to_dict()
        return spec | {"$schema": SCHEMA, "config": ON_WHITE}

    def _said(self) -> list[tuple[float, Sequence[str]]]:
        return sorted(self.measured.says.items())

    def _drawn(self, altair: Any) -> Any:
        rows = [asdict(bar) | {"colour": COLOURS[bar.colour]} for bar in self.measured.bars]
        axis = altair.Axis(labelAngle=0, labelOverlap=True)
        highest = altair.Scale(domain=[0, max(bar.height for bar in self.measured.bars)])
        return (
            altair.Chart(altair.Data(values=rows))
            .mark_bar()
            .encode(
                x=altair.X("name:N", sort=None, title=self.measured.across or None, axis=axis),
                y=altair.Y("height:Q", title=self.measured.upwards, scale=highest),
                color=altair.Color("colour:N", scale=None),
            )
        )

    def _told(self, altair: Any) -> Any:
        rows = [{"setting": at, "said": " · ".join(filter(None, it))} for at, it in self._said()]
        return (
            altair.Chart(altair.Data(values=rows))
            .mark_text(align="right", baseline="bottom", fontWeight="bold")
            .encode(x=altair.value(420), y=altair.value(-4), text="said:N")
        )

    def _slider(self, altair: Any) -> Any:
        settings = [setting for setting, _ in self._said()]
        step = round(settings[1] - settings[0], 6) if len(settings) > 1 else 1.0
        bound = altair.binding_range(
            min=settings[0], max=settings[-1], step=step, name=f"{self.measured.knob} "
        )
        # It begins where nothing is broken yet, so that the reader sees what it does.
        return altair.param(name="setting_shown", value=settings[0], bind=bound)

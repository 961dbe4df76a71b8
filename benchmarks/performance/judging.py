"""What judging a run costs beside playing it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

from benchmarks.performance.sample import Sample, cost_s, processor_s
from boxoffice import run
from boxoffice.world import run as playing
from boxoffice.world.judging import judged
from scenarios.catalogue import scenarios_by_name


def share(quick: bool) -> Sample:
    """Return the seconds of judging market days, and those of playing them."""
    spent: list[float] = []
    days = range(2 if quick else 10)
    scenario = scenarios_by_name()["market-day"]
    with patch.object(playing, "judged", _timed(judged, spent)):
        whole = sum(cost_s(partial(run, scenario, seed)) for seed in days)
    return Sample(sum(spent), whole - sum(spent))


def _timed(judge: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    def timed(*given: Any) -> Any:
        began = processor_s()
        try:
            return judge(*given)
        finally:
            spent.append(processor_s() - began)

    return timed

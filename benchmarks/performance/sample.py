"""One measurement in a process of its own: python -m benchmarks.performance.sample NAME [--quick]

Prints JSON: what it cost us, and what the yardstick cost.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Sample:
    """Seconds of a processor, or bytes: ours and the yardstick's, each for one of its kind."""

    ours: float
    yardstick: float

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick


def middle(samples: Sequence[Sample]) -> Sample:
    """Return the sample whose ratio is the median, the lower of two."""
    ratios = sorted(samples, key=lambda it: it.ratio)
    return ratios[(len(ratios) - 1) // 2]


def processor_s() -> float:
    """Return the seconds of a processor that this process has had; within a world as well."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def cost_s(work: Callable[[], object]) -> float:
    """Return how many seconds of a processor `work` takes."""
    began = processor_s()
    work()
    return processor_s() - began


def main() -> None:
    """Measure once, and print it."""
    from benchmarks.performance.figures import FIGURES

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=[it.name for it in FIGURES])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    figure = next(it for it in FIGURES if it.name == asked.name)
    json.dump(asdict(figure.sample(asked.quick)), sys.stdout)


if __name__ == "__main__":
    main()

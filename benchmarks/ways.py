"""How a service can take its messages: in how many processes, and one by one or side by side."""

import sys
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from scenarios.shop.real.launch import SERVE

ONE_AT_A_TIME: Final = (sys.executable, "-m", "benchmarks.one_at_a_time")


class Way(NamedTuple):
    """`replicas` processes of each service, each run by `command`."""

    command: Sequence[str]
    replicas: int


WAYS: Final[Mapping[str, Way]] = {
    "one after another, one process": Way(ONE_AT_A_TIME, 1),
    "one after another, two": Way(ONE_AT_A_TIME, 2),
    "side by side, one process": Way(SERVE, 1),
    "side by side, two": Way(SERVE, 2),
}

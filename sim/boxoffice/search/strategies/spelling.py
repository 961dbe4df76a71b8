"""Schedules as texts, and strategies by name."""

from collections.abc import Callable, Mapping
from typing import Final

from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.search.strategies.delays import DelayBounded, Delays
from boxoffice.search.strategies.partial.arrivals import Arrivals
from boxoffice.search.strategies.partial.search import PartialOrder
from boxoffice.search.strategies.portfolio import Portfolio
from boxoffice.search.strategies.priorities import ByPriority, Priorities
from boxoffice.search.strategies.strategy import Seeds, Strategy
from boxoffice.world.tape import Schedule

_STRATEGIES: Final[Mapping[str, Callable[[int], Strategy]]] = {
    "random": lambda cases: Seeds(),
    "pct": lambda cases: ByPriority(),
    "delays": DelayBounded,
    "por": lambda cases: _of_one(cases, whole=False),
    "por-whole": lambda cases: _of_one(cases, whole=True),
    "auto": lambda cases: Portfolio(),
}


def strategy_of(name: str, cases: int = 1) -> Strategy:
    """Return a strategy by its name; one that goes through cases takes so many.  Raises: Misuse."""
    if name not in _STRATEGIES:
        raise Misuse(f"there is no strategy {name!r}{nearest(name, _STRATEGIES)}")
    return _STRATEGIES[name](cases)


def _of_one(cases: int, *, whole: bool) -> Strategy:
    if cases != 1:
        raise Misuse(f"por goes through one story, and not through {cases}: name it")
    return PartialOrder(whole)


def schedule_of(text: str) -> Schedule:
    """Return the schedule that a text says.  Raises: Misuse, ValueError.

    >>> str(schedule_of("pct:3:17"))
    'pct:3:17'
    """
    kind, _, rest = text.partition(":")
    if kind == "pct":
        depth, _, salt = rest.partition(":")
        return Priorities(int(depth), int(salt))
    if kind == "por":
        return Arrivals.parse(rest)
    if kind == "delays":
        return Delays(tuple(map(int, rest.split(",") if rest else ())))
    raise Misuse(f"there is no schedule {text!r}")

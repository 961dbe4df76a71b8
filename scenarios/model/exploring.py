"""Every state that can be reached, nearest first: what breaks a rule is told by the shortest way.

This is what a model checker does (TLC of TLA+, say), in as few lines.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from scenarios.model.contract import Contract
from scenarios.model.machine import Scope, Shop, Step, first, steps
from scenarios.model.properties import broken_at_rest, broken_by, broken_by_step


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found: the invariant that fell, if any, and the steps that lead there."""

    states: int
    at_rest: int  # states in which nothing was due
    broken: str = ""
    way: tuple[str, ...] = ()


def explore(rules: Contract, scope: Scope) -> Explored:
    """Look at every state, breadth first, until an invariant falls."""
    start = first()
    came: dict[Shop, tuple[Shop, str] | None] = {start: None}
    waiting, at_rest = deque([start]), 0
    while waiting:
        shop = waiting.popleft()
        taken = list(steps(shop, rules, scope))
        rests = not any(step.is_due for step in taken)
        at_rest += rests
        for invariant, step in _broken(shop, taken, rests):
            last = [step.name] if step else []
            return Explored(len(came), at_rest, invariant, (*_way(came, shop), *last))
        for step in taken:
            if step.after not in came:
                came[step.after] = shop, step.name
                waiting.append(step.after)
    return Explored(len(came), at_rest)


def _broken(shop: Shop, taken: list[Step], rests: bool) -> Iterator[tuple[str, Step | None]]:
    if rests:
        yield from ((name, None) for name in broken_at_rest(shop))
    for step in taken:
        for name in (*broken_by(step.after), *broken_by_step(shop, step.after)):
            yield name, step


def _way(came: dict[Shop, tuple[Shop, str] | None], shop: Shop) -> list[str]:
    names = []
    while (last := came[shop]) is not None:
        shop, name = last
        names.append(name)
    return names[::-1]

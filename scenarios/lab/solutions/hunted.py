"""Notebook 11."""

from collections.abc import Callable, Mapping, Sequence


def shrink(things: list[str], falls: Callable[[list[str]], bool]) -> list[str]:
    """Leave out one after the other, and begin again as long as anything could be left out."""
    kept, before = list(things), None
    while kept != before:
        before = kept
        for thing in before:
            rest = [it for it in kept if it != thing]
            if falls(rest):
                kept = rest
    return kept


def unreached(runs: Sequence[Mapping[str, str]], names: Sequence[str]) -> list[str]:
    """What no run says anything of, good or bad."""
    tested = {name for run in runs for name in run if run[name] in ("holds", "violated")}
    return [name for name in names if name not in tested]

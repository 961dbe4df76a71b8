"""Slips in making something small, and in saying what was not looked at."""

from typing import Any

from scenarios.lab.solutions.hunted import shrink, unreached
from tests.scenarios.lab.slips import wrong

wrong(
    "shrink",
    lambda things, falls: None,
    lambda things, falls: things,
    lambda things, falls: [],
    lambda things, falls: things[:1],
    lambda things, falls: [it for it in things if falls([it])],
    lambda things, falls: [it for it in things if falls([o for o in things if o != it])],
    lambda things, falls: "".join(things),
    lambda things, falls: things[::-1],
    lambda things, falls: ["Ana orders A"],
    lambda things, falls: [it for it in things if "orders" in it],
    lambda things, falls: tuple(shrink(things, falls)),
)


@wrong("shrink")
def asks_with_names_only(things: Any, falls: Any) -> Any:
    return [it for it in things if not falls(it)]


@wrong("shrink")
def leaves_out_while_it_holds(things: Any, falls: Any) -> Any:
    kept = list(things)
    for thing in things:
        rest = [it for it in kept if it != thing]
        if not falls(rest):
            kept = rest
    return kept


@wrong("shrink")
def goes_on_for_ever(things: Any, falls: Any) -> Any:
    while falls(things):
        things = list(things)
    return things


@wrong("shrink")
def changes_what_it_walks_through(things: Any, falls: Any) -> Any:
    for thing in things:
        things.remove(thing)
        if not falls(things):
            things.append(thing)
    return things


wrong(
    "unreached",
    lambda runs, names: None,
    lambda runs, names: [],
    lambda runs, names: names,
    lambda runs, names: [it for it in names if it not in runs],
    lambda runs, names: [it for it in names for run in runs if run[it] == "vacuous"],
    lambda runs, names: [it for it in names if not any(it in run for run in runs)],
    lambda runs, names: [it for it in names if all(run.get(it) == "undecided" for run in runs)],
    lambda runs, names: [it for run in runs for it in run if run[it] == "vacuous"],
    lambda runs, names: len(names),
    lambda runs, names: [it for it in names if runs and runs[0].get(it) != "holds"],
    lambda runs, names: set(unreached(runs, names)),
    lambda runs, names: unreached(runs, names)[::-1],
    lambda runs, names: [it for it in unreached(runs, names) for _ in range(2)],
    lambda runs, names: unreached(runs, [*names, "is-anybody-there"]),
)

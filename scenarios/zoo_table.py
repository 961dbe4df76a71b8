"""What came of hunting the zoo, as a table for people, and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any, Final

from rich.table import Table

from boxoffice import Twin, Verdict
from boxoffice.search import Case, Hunt, Plan, Played
from scenarios.catalogue import storms

FIRST: Final = 1_000_000  # the first seed of the first campaign; each has so many of its own
SMALL: Final = 8  # steps of a story that can be told in a breath
COLUMNS: Final = (
    *("twin", "defence", "tier", "found", "runs", "seconds", "steps"),
    *("storms", "faults", "falls"),
)
PAGE: Final = """# The zoo

Broken twins of the shop: each takes one defence away. Storms that know none of them hunt each of
them {often}, from seeds that were fixed beforehand. `{made}`
makes this page. Seconds are a processor's, and medians; what was not found counts as {missed_s:g}.
Steps are the deeds and injected faults of the smallest story, faults the kinds that are left in it.

{told}

| {columns} |
|{under}
{rows}
"""


@dataclass(frozen=True, slots=True)
class Catch:
    """What came of one hunt for a twin, in the campaign of a first seed."""

    twin: Twin
    first: int
    hunt: Hunt

    @property
    def by_its_invariant(self) -> bool:
        """Whether what should fall was among what fell."""
        return self.hunt.run is not None and self.twin.invariant in self.hunt.run.fell


def plans(twins: Sequence[Twin], campaigns: int) -> list[tuple[Twin, int, Plan]]:
    """Return a plan for each twin in each campaign: all storms, from another seed on.

    One campaign after another, so that who stops early has whole ones.
    """
    return [
        (twin, first, Plan([Case(storm, first, twin) for storm in storms()]))
        for first in (FIRST * (nth + 1) for nth in range(campaigns))
        for twin in twins
    ]


def table(catches: Sequence[Catch]) -> Table:
    """Return a row for each hunt."""
    shown = Table(box=None, pad_edge=False)
    for name in ("", "twin", "runs", "seconds", "steps", "storm", "fell"):
        shown.add_column(name, justify="right" if name in ("runs", "seconds", "steps") else "left")
    for it in catches:
        run = it.hunt.run
        shown.add_row(
            "[green]✓[/green]" if run else "[red]✗[/red]",
            it.twin.name,
            str(it.hunt.runs),
            f"{it.hunt.processor_s:.1f}",
            str(it.hunt.steps) if it.hunt.steps else "",
            run.scenario if run else "never",
            ", ".join(run.fell) if run else f"{it.twin.invariant} should",
        )
    return shown


def totals(catches: Sequence[Catch], time_s: float) -> str:
    """Return in a few lines how many were found, in what time, and how small they became."""
    missed = any(it.hunt.run is None for it in catches)
    counts = [f"what was not found counts as {time_s:g} s"] if missed else []
    return "\n".join([*_totals(catches, time_s), *counts])


def _totals(catches: Sequence[Catch], time_s: float) -> Iterator[str]:
    found = [it for it in catches if it.hunt.run]
    took = sorted(it.hunt.processor_s if it.hunt.run else time_s for it in catches)
    last = took[ceil(0.95 * len(took)) - 1]
    yield f"{len(found)} of {len(catches)} hunts found their twin in {time_s:g} processor seconds"
    yield f"median {median(took):.1f} s, 95th percentile {last:.1f} s"
    by_its_own = sum(it.by_its_invariant for it in found)
    yield f"{by_its_own} by the invariant that the twin names"
    small = [it.hunt.steps for it in found if it.hunt.steps]
    if small:
        few = sum(steps <= SMALL for steps in small)
        yield f"{few} of {len(small)} stories have at most {SMALL} steps, the longest {max(small)}"


def as_json(it: Catch) -> dict[str, Any]:
    """Return what `--json` writes of a hunt."""
    hunt = it.hunt
    return {
        "twin": it.twin.name,
        "defence": it.twin.defence,
        "invariant": it.twin.invariant,
        "tier": it.twin.tier,
        "incident": it.twin.incident,
        "first_seed": it.first,
        "found": hunt.run is not None,
        "runs": hunt.runs,
        "seconds": round(hunt.processor_s, 3),
        "undecided": hunt.undecided,
        "scenario": hunt.run.scenario if hunt.run else None,
        "seed": hunt.run.seed if hunt.run else None,
        "fell": list(hunt.run.fell) if hunt.run else [],
        "said": hunt.run.said if hunt.run else "",
        "shrunk": {
            "deeds": hunt.deeds,
            "faults": hunt.strikes,
            "events": hunt.events,
            "runs": hunt.shrinking_runs,
            "seconds": round(hunt.shrinking_s, 3),
            "minimal": hunt.is_minimal,
            "kinds": list(hunt.kinds),
        }
        if hunt.events
        else None,
    }


def from_json(said: Mapping[str, Any], twin: Twin) -> Catch:
    """Return the hunt that `as_json` has written.  Raises: KeyError, TypeError, ValueError."""
    small = said["shrunk"] or {}
    run = Played(
        seed=said["seed"],
        scenario=said["scenario"],
        verdict=Verdict.VIOLATED,
        fell=tuple(said["fell"]),
        said=said["said"],
    )
    hunt = Hunt(
        run=run if said["found"] else None,
        runs=said["runs"],
        processor_s=float(said["seconds"]),
        undecided=said["undecided"],
        deeds=small.get("deeds", 0),
        strikes=small.get("faults", 0),
        events=small.get("events", 0),
        shrinking_runs=small.get("runs", 0),
        shrinking_s=small.get("seconds", 0.0),
        is_minimal=small.get("minimal", False),
        kinds=tuple(small.get("kinds", ())),
    )
    return Catch(twin, int(said["first_seed"]), hunt)


def page(catches: Sequence[Catch], time_s: float) -> str:
    """Return docs/zoo.md."""
    campaigns = len({it.first for it in catches})
    rows = "\n".join(
        _row(name, catches, time_s) for name in dict.fromkeys(it.twin.name for it in catches)
    )
    told = "\n".join(f"- {line}" for line in _totals(catches, time_s))
    return PAGE.format(
        often="once" if campaigns == 1 else f"{campaigns} times",
        made=f"boxoffice zoo --seeds {campaigns} --time {time_s:g} --markdown docs/zoo.md",
        missed_s=time_s,
        told=told,
        columns=" | ".join(COLUMNS),
        under="---|" * len(COLUMNS),
        rows=rows,
    )


def _row(name: str, catches: Sequence[Catch], time_s: float) -> str:
    mine = [it for it in catches if it.twin.name == name]
    found = [it.hunt for it in mine if it.hunt.run]
    runs = median(it.hunt.runs for it in mine)
    seconds = median(it.hunt.processor_s if it.hunt.run else time_s for it in mine)
    steps = [it.steps for it in found if it.steps]
    by = dict.fromkeys(it.run.scenario for it in found if it.run)
    kinds = dict.fromkeys(kind for it in found for kind in it.kinds)
    fell = dict.fromkeys(names for it in found if it.run for names in it.run.fell)
    twin = mine[0].twin
    cells = (
        twin.name,
        twin.defence,
        twin.tier,
        f"{len(found)} of {len(mine)}",
        f"{runs:g}",
        f"{seconds:.1f}",
        f"{median(steps):g}" if steps else "",
        ", ".join(by) or "never",
        ", ".join(kinds),
        ", ".join(fell) or f"({twin.invariant} should)",
    )
    return f"| {' | '.join(cells)} |"

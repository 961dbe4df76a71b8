"""The main job: every headline story, told twice, with its defence in place and removed."""

from typing import Final

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.text import Text

from boxoffice import Outcome, Scenario, Twin, Verdict, run
from boxoffice.clock import Stopwatch
from boxoffice.terminal import on_terminal
from boxoffice.views import summary_line, timeline_of, verdict_lines
from scenarios.catalogue import HEADLINES, scenario_named

TOLD_LINES: Final = 18  # of each timeline; the report has all of it


def demonstrate(console: Console) -> tuple[list[Outcome], bool]:
    """Play and print everything; return the runs, and whether each ended as it should."""
    watch, outcomes = Stopwatch(), []
    steps = [(one, bug) for one in map(scenario_named, HEADLINES) for bug in (None, *one.twins)]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    still = not on_terminal(console)
    with Progress(*columns, console=console, transient=True, disable=still) as progress:
        task = progress.add_task("", total=len(steps))
        for scenario, bug in steps:
            progress.update(task, description=scenario.name, advance=1)
            outcome = run(scenario, bug=bug)
            outcomes.append(outcome)
            _tell(console, scenario, bug, outcome)
    as_told = all(map(_as_it_should, outcomes))
    _conclude(console, outcomes, as_told, watch.elapsed_s())
    return outcomes, as_told


def _tell(console: Console, scenario: Scenario, bug: Twin | None, outcome: Outcome) -> None:
    if bug is None:
        console.print(Rule(f"[bold]{scenario.name}[/bold]", characters="═"))
        console.print(scenario.story.strip(), style="italic", highlight=False)
        console.print("\nWith every defence in place:", style="bold")
    else:
        console.print(f"\nWithout this defence: {bug.defence} ({bug.name})", style="bold")
    console.print(timeline_of(outcome, longest=TOLD_LINES))
    console.print(verdict_lines(outcome))
    console.print()


def _conclude(console: Console, outcomes: list[Outcome], as_told: bool, wall_s: float) -> None:
    console.print(Rule("[bold]verdicts[/bold]", characters="═"))
    for outcome in outcomes:
        console.print(summary_line(outcome))
    virtual_s = sum(outcome.virtual_s for outcome in outcomes)
    held = sum(outcome.verdict is Verdict.HOLDS for outcome in outcomes)
    text = (
        f"{len(outcomes)} runs: {held} hold with every defence in place, "
        f"{len(outcomes) - held} fall without one. "
        f"{virtual_s / 60:.0f} virtual minutes took {wall_s:.1f} s."
    )
    console.print(Text(text, style="bold green" if as_told else "bold red"))


def _as_it_should(outcome: Outcome) -> bool:
    expected = Verdict.HOLDS if outcome.bug is None else Verdict.VIOLATED
    return outcome.verdict is expected

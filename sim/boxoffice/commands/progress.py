"""Progress of long work, on stderr and only on a terminal: what is piped is the result alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from boxoffice.search.campaign import Campaign
from boxoffice.search.played import Played
from boxoffice.terminal import Console, on_terminal
from boxoffice.terminal.silence import heard


@contextmanager
def campaign_progress(
    within_s: float | None, runs: int | None
) -> Iterator[Callable[[Campaign, Played], None]]:
    """Show how far a campaign is: runs, runs per second, new shapes, faults injected."""
    with _progress() as progress:
        task = progress.add_task("looking", total=runs or within_s)

        def tell(campaign: Campaign, run: Played) -> None:
            rate = campaign.runs / campaign.seconds if campaign.seconds else 0.0
            struck = sum(campaign.struck.values())
            progress.update(
                task,
                completed=campaign.runs if runs else campaign.seconds,
                description=f"{campaign.runs} runs, {rate:.1f}/s, {len(campaign.shapes)} shapes, "
                f"{struck} faults, {campaign.falls} fell",
            )

        yield tell


@contextmanager
def shrinking_progress() -> Iterator[Callable[[int, int, int], None]]:
    """Show how small a failure has become."""
    with _progress() as progress:
        task = progress.add_task("making it smaller", total=None)

        def tell(runs: int, deeds: int, strikes: int) -> None:
            said = f"making it smaller: {deeds} deeds, {strikes} injected faults, {runs} runs"
            progress.update(task, description=said)

        yield tell


@contextmanager
def spinner(text: str) -> Iterator[Callable[[str], None]]:
    """Show that something goes on, and what is said of it."""
    with _progress() as progress:
        task = progress.add_task(text, total=None)
        yield lambda said: progress.update(task, description=said)


@contextmanager
def _progress() -> Iterator[Any]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)
    loud = heard("stderr") is None  # else what services print is not to be had through the bar
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not on_terminal(console),
        redirect_stdout=loud,
        redirect_stderr=loud,
    ) as progress:
        yield progress

"""How what a campaign has found is said, and what a campaign that found nothing has seen."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from rich.markup import escape

from boxoffice.search.campaign import Campaign, Plan
from boxoffice.search.marks import marks_of
from boxoffice.search.names import Names
from boxoffice.search.played import Played
from boxoffice.search.shrinking import Shrunk
from boxoffice.search.token import token_of
from boxoffice.views.smallest import size_line, smallest_story

_MOST: Final = 12  # kinds of faults that are named


def found_line(run: Played, campaign: Campaign) -> str:
    """Return in a line what fell, and when."""
    return (
        f"[bold red]✗[/bold red] [bold]{escape(run.scenario)}[/bold] · seed {run.seed} · "
        f"{run.verdict}: {escape(', '.join(run.fell))} · "
        f"after {_runs(*campaign.after[tuple(run.fell)])}"
    )


def all_told(shrunk: Shrunk, names: Names) -> str:
    """Return the smallest story, how small it is, and how to see it again."""
    token = replay_token(shrunk, names)
    return f"{smallest_story(shrunk)}\n{size_line(shrunk)}\nsee it again: boxoffice replay {token}"


def replay_token(shrunk: Shrunk, names: Names) -> str:
    """Return the token of the smallest run."""
    return token_of(shrunk.case, names, marks_of(shrunk.outcome.trace))


def nothing_found(campaign: Campaign, plan: Plan, names: Names) -> str:
    """Return what a campaign that found nothing has seen, and what it never came to."""
    return "\n".join(_nothing(campaign, plan, names))


def _nothing(campaign: Campaign, plan: Plan, names: Names) -> Iterator[str]:
    if not campaign.runs:
        yield "nothing was played: there was no time for a single run"
        return
    sign = "[bold green]✓[/bold green]" if campaign.decided else "[bold]○[/bold]"
    yield f"{sign} nothing fell in {_runs(campaign.runs, campaign.seconds)}"
    yield from map(escape, _seen(campaign, plan, names))


def _seen(campaign: Campaign, plan: Plan, names: Names) -> Iterator[str]:
    yield (
        f"  {len(campaign.shapes)} shapes of behaviour, the last new one in run {campaign.last_new}"
    )
    if campaign.ending:
        yield f"  {campaign.ending}"
    for said in campaign.in_vain:
        yield f"  it says nothing, since {said}"
    if campaign.twice:
        yield f"  {campaign.twice} of them were played twice, each with one trace"
    if campaign.open is not None:
        yield f"  undecided: {campaign.undecided} runs; the first, {campaign.open.said}"
        yield f"    see it: boxoffice replay {token_of(plan.again(campaign.open), names)}"
    if campaign.vacuous:
        yield f"  vacuous: {campaign.vacuous} runs, which put nothing to the test, or not all"
    if campaign.never_tested:
        yield f"  never put to the test: {', '.join(campaign.never_tested)}"
    if campaign.never_reached:
        yield f"  never reached: {', '.join(campaign.never_reached)}"
    struck = campaign.struck.most_common()
    said = ", ".join(f"{name} {times}" for name, times in struck[:_MOST])
    more = f", and {len(struck) - _MOST} kinds more" if len(struck) > _MOST else ""
    yield f"  faults that struck: {said}{more}" if said else "  no fault ever struck"


def _runs(runs: int, seconds: float) -> str:
    rate = runs / seconds if seconds else 0.0
    return f"{'1 run' if runs == 1 else f'{runs} runs'}, {seconds:.1f} s ({rate:.1f} a second)"


def as_json(
    campaign: Campaign,
    found: Sequence[tuple[Played, Shrunk | None]],
    plan: Plan,
    names: Names,
    strategy: str,
) -> dict[str, Any]:
    """Return what `--json` writes."""
    first = plan.cases[0]
    return {
        "scenario": ", ".join(names.called(case.scenario) for case in plan.cases),
        "bug": first.bug.name if first.bug else None,
        "strategy": strategy,
        "ending": campaign.ending or None,
        "runs": campaign.runs,
        "seconds": round(campaign.seconds, 3),
        "processor_s": round(campaign.processor_s, 3),
        "found": bool(found),
        "falls": campaign.falls,
        "undecided": campaign.undecided,
        "in_vain": campaign.in_vain,
        "never_tested": campaign.never_tested,
        "tested": dict(campaign.tested),
        "reached": dict(campaign.reached),
        "never_reached": campaign.never_reached,
        "struck": dict(campaign.struck),
        "counts": dict(campaign.counts),
        "shapes": len(campaign.shapes),
        **_first(found, plan, names),
        "findings": [_finding(run, shrunk, plan, names) for run, shrunk in found],
    }


def _first(
    found: Sequence[tuple[Played, Shrunk | None]], plan: Plan, names: Names
) -> dict[str, Any]:
    if not found:
        return {"seed": None, "replay": None, "shrunk": None}
    finding = _finding(*found[0], plan, names)
    return {key: finding[key] for key in ("seed", "replay", "shrunk")}


def _finding(run: Played, shrunk: Shrunk | None, plan: Plan, names: Names) -> dict[str, Any]:
    said: dict[str, Any] = {
        "scenario": run.scenario,
        "seed": run.seed,
        "verdict": run.verdict,
        "fell": list(run.fell),
        "said": run.said,
        "replay": token_of(plan.again(run), names) if run.turn is not None else None,
        "shrunk": None,
    }
    if shrunk is not None:
        said["replay"] = replay_token(shrunk, names)
        said["shrunk"] = {
            "invariant": shrunk.invariant,
            "deeds": shrunk.deeds,
            "faults": shrunk.strikes,
            "events": len(shrunk.outcome.trace.events),
            "runs": shrunk.runs,
            "seconds": round(shrunk.seconds, 3),
            "minimal": shrunk.is_minimal,
            "story": smallest_story(shrunk),
        }
    return said

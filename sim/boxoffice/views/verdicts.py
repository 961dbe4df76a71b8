"""What a run has shown, in as few lines as its reader needs."""

from typing import Final

from rich.table import Table
from rich.text import Text

from boxoffice.trace.excerpts import drawable
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Judgement, Verdict
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_duration

# Each verdict differs by its sign and its word, so that nothing is said by colour alone.
SIGNS: Final = {
    Verdict.HOLDS: "✓",
    Verdict.VIOLATED: "✗",
    Verdict.ERROR: "!",
    Verdict.UNDECIDED: "?",
    Verdict.VACUOUS: "○",
}
STYLES: Final = {
    Verdict.HOLDS: "green",
    Verdict.VIOLATED: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.UNDECIDED: "yellow",
    Verdict.VACUOUS: "dim",
}
_WORDS: Final = {
    Verdict.HOLDS: "holds",
    Verdict.UNDECIDED: "undecided",
    Verdict.VACUOUS: "not tested",
}
_MOST: Final = 3  # breaches of one invariant that are spelt out


def defence(outcome: Outcome) -> str:
    """Return what stood in this run: the defence, the twin without it, or something else."""
    if outcome.stand_in:
        return outcome.stand_in
    return f"defence removed: {outcome.bug}" if outcome.bug else "defence in place"


def asked_of(outcome: Outcome) -> str:
    """Return what else was asked of a run, as far as it is not its story's own: size and faults."""
    size = "" if outcome.size is None else f"size {outcome.size}"
    return ", ".join(filter(None, (size, *outcome.beside)))


def summary_line(outcome: Outcome) -> Text:
    """Return a run in one line: story, defence, seed, verdict and time."""
    sign, style = SIGNS[outcome.verdict], STYLES[outcome.verdict]
    fallen = [one for one in outcome.judgements if one.verdict is Verdict.VIOLATED]
    about = outcome.never_tested if outcome.verdict is Verdict.VACUOUS else fallen
    names = ", ".join(one.invariant for one in about)
    said = f"{outcome.verdict}: {names}" if names else str(outcome.verdict)
    text = Text.assemble((f"{sign} ", style), (outcome.scenario, "bold"))
    text.append(f" · {defence(outcome)} · seed {outcome.seed} · ", "dim")
    text.append(said, style)
    passed = format_duration(round(outcome.virtual_s * 1_000_000))
    return text.append(f" · {passed} in {outcome.wall_s:.2f} s", "dim")


def verdict_lines(outcome: Outcome) -> Table:
    """Return the verdicts: a line for each violation or error, and one for each other verdict."""
    names = Names(drawable(outcome).trace)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for judgement in outcome.judgements:
        verdict = judgement.verdict
        if verdict in (Verdict.VIOLATED, Verdict.ERROR) or judgement.violations:
            for message in _breaches(judgement):
                head = Text(f"{SIGNS[verdict]} {judgement.invariant}", STYLES[verdict])
                table.add_row(head, Text(names.said(message)))
    for verdict in (Verdict.UNDECIDED, Verdict.HOLDS, Verdict.VACUOUS):
        for said in _alike(outcome, verdict):
            head = Text(f"{SIGNS[verdict]} {_WORDS[verdict]}", STYLES[verdict])
            table.add_row(head, Text(names.within(said), "dim"))
    for fault in outcome.faults:
        if fault.why_not:
            said = "struck nothing" if fault.times else "never struck"
            head = Text(f"{SIGNS[Verdict.VACUOUS]} {said}", STYLES[Verdict.VACUOUS])
            table.add_row(head, Text(f"{fault.fault}: {fault.why_not}", "dim"))
    return table


def _alike(outcome: Outcome, verdict: Verdict) -> list[str]:
    """Return the invariants of one verdict, by why they are undecided, if that was said."""
    found: dict[str, list[str]] = {}
    for one in outcome.judgements:
        if one.verdict is verdict:
            why = f": {one.untested}" if one.untested and verdict is Verdict.UNDECIDED else ""
            found.setdefault(why, []).append(one.invariant)
    return [", ".join(names) + why for why, names in found.items()]


def _breaches(judgement: Judgement) -> list[str]:
    messages = [one.message for one in judgement.violations] or ["violated"]
    more = len(messages) - _MOST
    return messages[:_MOST] + ([f"… and {more} more"] if more > 0 else [])

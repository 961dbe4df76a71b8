"""What a run came to, in a few lines, with names in place of ids."""

from typing import Final

from sim.outcome import Outcome
from sim.views.explorer.model import run_of

MOST: Final = 3  # breaches; the explorer lists them all


def in_words(outcome: Outcome) -> str:
    """Return the verdict, what was counted, and the first breaches with what proves them."""
    counts = outcome.counts
    run = run_of(outcome)
    lines = [
        f"{run['sign']} {run['verdict']}: messages posted {counts['published']}, "
        f"delivered {counts['delivered']}, duplicates {counts['duplicates']}, "
        f"gaps {counts['gaps']}"
    ]
    breaches = [
        f"{judged['sign']} {judged['invariant']}: {breach['message']}"
        for judged in run["judgements"]
        for breach in judged["violations"]
    ]
    lines += breaches[:MOST]
    if len(breaches) > MOST:
        lines.append(f"… and {len(breaches) - MOST} more")
    return "\n".join(lines)

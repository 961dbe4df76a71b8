"""What a notebook prints: lines that it need not break, and what a run came to, in a few."""

from textwrap import fill
from typing import Final

from boxoffice import Outcome
from boxoffice.views import run_of

MOST: Final = 3  # breaches; the explorer lists them all
WIDE: Final = 80  # a wider line is broken in the middle of a word, by JupyterLab in a small window


def in_words(outcome: Outcome) -> str:
    """Return the verdict, what was counted, and the first breaches with what proves them."""
    counts = outcome.counts
    run = run_of(outcome)
    posted = f"messages posted {counts['published']}, delivered {counts['delivered']}"
    if any(outcome.trace.of_kind("decided")):  # by whoever compares versions, and says so
        posted += f", duplicates {counts['duplicates']}, gaps {counts['gaps']}"
    lines = [f"{run['sign']} {run['verdict']}: {posted}"]
    breaches = [
        f"{judged['sign']} {judged['invariant']}: {breach['message']}"
        for judged in run["judgements"]
        for breach in judged["violations"]
    ]
    lines += [wrapped(breach, "  ") for breach in breaches[:MOST]]
    if len(breaches) > MOST:
        lines.append(f"… and {len(breaches) - MOST} more")
    return "\n".join(lines)


def wrapped(text: str, indent: str = "", wide: int = WIDE) -> str:
    """Break the lines of a text between words; what goes on in the next line is indented."""
    return "\n".join(
        fill(line, wide, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )

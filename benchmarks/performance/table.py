"""The figures as a table, and the page that has it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.performance.figures import Figure
from benchmarks.performance.sample import Sample

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
HEAD: Final = "| what | ours | against | ratio | goal | before |\n|---|---|---|---|---|---|"


def table(
    figures: Sequence[Figure], ours: Mapping[str, Sample], before: Mapping[str, Sample]
) -> str:
    """Return a table in Markdown; `before` is what is recorded, or another checkout's."""
    rows = [HEAD]
    for it in figures:
        sample, (one, unit) = ours[it.name], it.unit
        earlier = f"{before[it.name].ratio:,.2f}" if it.name in before else ""
        goal = f"≤ {it.goal:g}" if it.goal else ""
        rows.append(
            f"| {it.what} | {sample.ours / one:,.2f} {unit} | {it.against},"
            f" {sample.yardstick / one:,.3f} {unit} | {sample.ratio:,.2f} | {goal} | {earlier} |"
        )
    return "\n".join(rows)


def write(page: Path, measured: str, loops: Mapping[str, float]) -> None:
    """Put a table in the place of what a page has between its two marks."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    beside = "\n".join(
        ["| loop | µs a sleep | of ours |", "|---|---|---|"]
        + [
            f"| {name} | {cost_s * 1e6:.2f} | {cost_s / loops['boxoffice']:.2f} |"
            for name, cost_s in sorted(loops.items(), key=lambda it: it[1])
        ]
    )
    page.write_text(f"{head}{BEGIN}\n{measured}\n\n{beside}\n{END}{tail}", encoding="utf-8")

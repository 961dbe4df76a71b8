"""The figures as a table, and the page that has it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.performance.figures import Figure
from benchmarks.performance.sample import Sample

BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
STEPS: Final = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "bytes": ((1e6, "MB"), (1e3, "KB"), (1.0, "bytes")),
}
HEAD: Final = "| what | ours | against | ratio | goal | before |\n|---|---|---|---|---|---|"


def table(
    figures: Sequence[Figure], ours: Mapping[str, Sample], before: Mapping[str, Sample]
) -> str:
    """Return a table in Markdown; `before` is what is recorded, or another checkout's."""
    rows = [HEAD]
    for it in figures:
        sample = ours[it.name]
        earlier = f"{before[it.name].ratio:,.2f}" if it.name in before else ""
        goal = f"≤ {it.goal:g}" if it.goal else ""
        rows.append(
            f"| {it.what} | {shown(sample.ours, it.unit)} | {it.against},"
            f" {shown(sample.yardstick, it.unit)} | {sample.ratio:,.2f} | {goal} | {earlier} |"
        )
    return "\n".join(rows)


def shown(cost: float, unit: str) -> str:
    """Return a cost in the largest unit of its kind of which there is one."""
    steps = STEPS[unit]
    size, name = next((it for it in steps if cost >= it[0]), steps[-1])
    return f"{cost / size:,.1f} {name}"


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

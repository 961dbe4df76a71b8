"""A very long trace: streamed to a file, judged, and opened.

python -m benchmarks.long_trace [--events 10000000] [--json FILE]

Somebody counts in a collection of counters, and one write is wrong.  An invariant that looks at
each write finds it, from the file; then the file is opened anew, and the part before the breach
is drawn.
"""

import argparse
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.performance.sample import processor_s
from boxoffice import System, Write
from boxoffice.terminal import Console
from boxoffice.trace import Judgement, Trace, load
from boxoffice.trace.keeping import kept
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.reopening import write_last
from boxoffice.views import write_report
from boxoffice.world.end import End

OF_ONE: Final = 10  # events of each step: one asks, one writes, the others are heard of
COUNTERS: Final = 1_000
STEP: Final = 100_000  # events between two looks at the bar

tally: Final = System("tally")


@tally.always("no counter goes back", on="tally.counters")
def onwards(write: Write) -> None:
    """Look at one write."""
    if write.before is not None and write.after is not None:
        assert write.after["n"] >= write.before["n"], f"{write.id} went back"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write, judge and open, and print what each took; return 1 if the breach was not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000_000, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    said: dict[str, Any] = {"events": asked.events}
    with TemporaryDirectory() as folder:
        path = Path(folder, "long.trace")
        with _timed(said, "written"):
            trace = _written(path, asked.events)
        said["file, MB"] = round(path.stat().st_size / 1e6)
        with _timed(said, "judged"):
            judgements = tally.judge(End(events=trace.events.so_far()))
        write_last(_outcome(trace, judgements))
        with _timed(said, "opened and drawn"):
            page = write_report([load(path)], Path(folder, "long.html"))
        said["page, MB"] = round(page.stat().st_size / 1e6, 1)
    said["breaches found"] = len(judgements[0].violations)
    for name, value in said.items():
        print(f"{name:<28} {value:,}")
    if asked.json:
        asked.json.write_text(json.dumps(said, indent=1), encoding="utf-8")
    return int(said["breaches found"] != 1)


@contextmanager
def _timed(said: dict[str, Any], what: str) -> Iterator[None]:
    began_s = processor_s()
    yield
    said[f"{what}, s"] = round(processor_s() - began_s, 1)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    said[f"{what}: peak memory, MB"] = round(peak_mb)


def _written(path: Path, events: int) -> Trace:
    moments = count()
    trace = Trace(lambda: next(moments) / 1_000, events=kept(path))
    columns = (TextColumn("events"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("events", total=events)
        for step in range(events // OF_ONE):
            _step(trace, step, wrong=step == events // OF_ONE // 2)
            if step % (STEP // OF_ONE) == 0:
                progress.update(bar, completed=step * OF_ONE)
        progress.update(bar, completed=events)
    trace.end()
    return trace


def _step(trace: Trace, step: int, wrong: bool) -> None:
    counter, turn = f"counter {step % COUNTERS}", step // COUNTERS
    asked = trace.record("Ann", "request", method="POST", path=f"/counters/{counter}", to="tally")
    before, after = ({"_id": counter, "n": it, "of": "Ann"} for it in (turn, turn + 1))
    written = trace.record(
        "db", "write", asked.number, database="tally", collection="counters", id=counter,
        verb="update_one", before=before, after={**after, "n": -1} if wrong else after,
    )  # fmt: skip
    of = {"subject": "counted", "seq": step}
    stored = trace.record(
        "nats", "stored", written.number, **of, id=f"{step}", duplicate=False, data=after, by="db"
    )
    for reader in range(OF_ONE - 4):
        heard = {"consumer": f"reader {reader}", "attempt": 1}
        trace.record("nats", "delivered", stored.number, **of, **heard)
    said = {"outcome": "answered", "status": 200, "body": after}
    trace.record("Ann", "response", asked.number, request=asked.number, **said)


def _outcome(trace: Trace, judgements: list[Judgement]) -> Outcome:
    [judged] = judgements
    return Outcome(
        "tally", "Somebody counts.", 0, None, "sim", judged.verdict, judgements, trace, 0.0, 0.0, {}
    )


if __name__ == "__main__":
    sys.exit(main())

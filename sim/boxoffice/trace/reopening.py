"""A run that was streamed to a file, read again."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from os import PathLike
from pathlib import Path
from typing import Any

from boxoffice.trace.chunk import whole
from boxoffice.trace.file import Reopened, Streamed
from boxoffice.trace.outcome import InjectedFault, Outcome
from boxoffice.trace.packing import packed, unpacked
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation
from boxoffice.trace.vocabulary import NEUTRAL, Vocabulary

CUT_SHORT = "A run that was cut short, or that nobody has judged."


def write_last(outcome: Outcome) -> None:
    """Write at the end of a file what its run has shown; nothing, if it is not in a file.

    Raises: Misuse, if it cannot be written.
    """
    events = outcome.trace.events
    if isinstance(events, Streamed):
        told = (it.name for it in fields(outcome) if it.name not in ("trace", "again"))
        said = {name: getattr(outcome, name) for name in told}
        said["judgements"] = [asdict(it) for it in outcome.judgements]
        said["faults"] = [asdict(it) for it in outcome.faults]
        said["counts"] = dict(outcome.counts)
        said["vocabulary"] = asdict(outcome.trace.vocabulary)
        events.file.end(packed(said))


def load(path: str | PathLike[str]) -> Outcome:
    """Return a run whose trace was streamed to a file; its events are read when they are asked for.

    One that was cut short is undecided, and its trace ends with the last thousand events written.
    Raises: Misuse, if the file holds no such trace, or a damaged one; also when events are read.
    """
    events = Reopened(Path(path))
    with whole(str(path)):
        said = unpacked(events.file.last) if events.file.last else _cut_short(Path(path))
        vocabulary = said.pop("vocabulary")
        trace = Trace(lambda: 0.0, Vocabulary(**vocabulary) if vocabulary else NEUTRAL, events)
        judgements = [_judgement(it) for it in said.pop("judgements")]
        faults = [InjectedFault(**it) for it in said.pop("faults")]
        verdict = Verdict(said.pop("verdict"))
        return Outcome(trace=trace, judgements=judgements, faults=faults, verdict=verdict, **said)


def _judgement(said: Mapping[str, Any]) -> Judgement:
    more = {
        "kind": Kind(said["kind"]),
        "verdict": Verdict(said["verdict"]),
        "violations": [Violation(**it) for it in said["violations"]],
    }
    return Judgement(**{**said, **more})


def _cut_short(path: Path) -> dict[str, Any]:
    return {
        "scenario": path.stem, "summary": CUT_SHORT, "seed": 0, "bug": None, "target": "sim",
        "verdict": "undecided", "judgements": [], "virtual_s": 0.0, "wall_s": 0.0, "counts": {},
        "faults": [], "vocabulary": {},
    }  # fmt: skip

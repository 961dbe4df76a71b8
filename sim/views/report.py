"""All runs on one page that needs nothing but a browser: no network, no clock, no chance."""

import base64
import hashlib
import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from sim.outcome import Outcome
from sim.trace import TraceEvent
from sim.views.crowds import gathered
from sim.views.diagram import diagram
from sim.views.lines import Telling
from sim.views.moments import moment, span
from sim.views.names import Names
from sim.views.phrases import phrase
from sim.views.selection import past
from sim.views.verdicts import SIGNS, defence

_LONGEST: Final = 4_000  # characters of one field of one event
_ROWS: Final = 400  # lines of one run's table


def write_report(outcomes: Sequence[Outcome], path: str | Path) -> Path:
    """Write one self-contained HTML file and return where it is.

    The same outcomes give the same bytes.  Raises: OSError.
    """
    there = Path(path)
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_bytes(render(outcomes).encode())
    return there


def render(outcomes: Sequence[Outcome]) -> str:
    """Return the page."""
    script, style = _resource("report.js"), _resource("report.css")
    # Only this one script may run on the page, whatever a title or a message may hold.
    policy = (
        f"default-src 'none'; script-src '{_sha256(script)}'; style-src '{_sha256(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = _resource("report.html")
    parts = {"policy": policy, "style": style, "script": script, "data": _data(outcomes)}
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text, 1)
    return page


def _resource(name: str) -> str:
    return files("sim.views").joinpath(name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _data(outcomes: Sequence[Outcome]) -> str:
    text = json.dumps([_run(each) for each in outcomes], ensure_ascii=False, sort_keys=True)
    # Inside a script element only "<" could end it or open a comment.
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _run(outcome: Outcome) -> dict[str, Any]:
    names = Names(outcome.trace)
    drawing = diagram(outcome, names)
    wanted = past(outcome.trace, (mark["n"] for mark in drawing["marks"]))
    return {
        "scenario": outcome.scenario,
        "summary": outcome.summary,
        "seed": outcome.seed,
        "bug": outcome.bug,
        "defence": defence(outcome),
        "verdict": str(outcome.verdict),
        "sign": SIGNS[outcome.verdict],
        "passed": span(round(outcome.virtual_s * 1_000_000)),
        "sha256": outcome.trace.sha256(),
        "counts": dict(outcome.counts),
        "judgements": _judgements(outcome, names),
        "diagram": drawing,
        "events": {str(n): _event(outcome.trace.events[n], names) for n in sorted(wanted)},
        "lines": _lines(outcome, names),
    }


def _judgements(outcome: Outcome, names: Names) -> list[dict[str, Any]]:
    return [
        {
            "invariant": one.invariant,
            "kind": str(one.kind),
            "verdict": str(one.verdict),
            "sign": SIGNS[one.verdict],
            "violations": [
                {"message": names.within(found.message), "events": list(found.events)}
                for found in one.violations
            ],
        }
        for one in outcome.judgements
    ]


def _event(event: TraceEvent, names: Names) -> dict[str, Any]:
    return {
        "at": moment(event.at_us),
        "host": event.host,
        "kind": event.kind,
        "cause": event.cause,
        "says": phrase(event, names),
        "fields": {name: _field(value, names) for name, value in sorted(event.fields.items())},
    }


def _field(value: Any, names: Names) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
    text = names.within(text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _lines(outcome: Outcome, names: Names) -> list[list[str | int]]:
    proofs = {number for found in outcome.violations for number in found.events}
    lines = gathered(Telling(outcome.trace, names, proofs).lines())
    return [
        [line.number, moment(line.at_us), line.host, line.what, line.version, line.decision]
        for at, line in enumerate(lines)
        if at < _ROWS or line.proof
    ]

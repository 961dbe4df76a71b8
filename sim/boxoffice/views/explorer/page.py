"""Runs on one page that needs nothing but a browser: no network, no clock, no chance."""

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from boxoffice.atomic_files import atomic_write
from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import text_of

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood


def write_report(
    outcomes: Sequence[Outcome], path: str | Path, whys: "Sequence[Likelihood]" = ()
) -> Path:
    """Write one self-contained HTML file and return where it is.

    `whys` say of the first of the runs when their failures became likely.  The same outcomes give
    the same bytes.  Raises: OSError.
    """
    there = Path(path)
    there.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(there) as part:
        part.write_bytes(render(outcomes, whys).encode())
    return there


def render(outcomes: Sequence[Outcome], whys: "Sequence[Likelihood]" = ()) -> str:
    """Return the page."""
    script, style = resource("bundle.js"), resource("explorer.css")
    # Only this one script may run on the page, whatever a title or a message may hold.
    policy = (
        f"default-src 'none'; script-src '{_sha256(script)}'; style-src '{_sha256(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    page = resource("page.html")
    # What a run holds goes in last, so that nothing is looked for within it.
    parts = {"policy": policy, "style": style, "script": script, "data": _inert(outcomes, whys)}
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text, 1)
    return page


def resource(name: str) -> str:
    """Return the text of a file beside this one."""
    return files("boxoffice.views.explorer").joinpath(name).read_text(encoding="utf-8")


def _sha256(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _inert(outcomes: Sequence[Outcome], whys: "Sequence[Likelihood]") -> str:
    # Inside a script element only "<" could end it or open a comment.
    text = text_of(outcomes, whys).replace("<", "\\u003c")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")

"""Why a mutant that storms do not find is not found, as somebody has judged who looked at it."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".json")
KINDS: Final = {
    "equivalent": "Equivalent: the program does what it did",
    "unseen": "Seen by no buyer and no seller: logs, figures, traces, speed",
    "outside": "Outside what a small storm comes to",
    "gap": "Known gaps",
}


@cache
def reasons() -> Mapping[str, Mapping[str, str]]:
    """Return `kind` and `why` of each mutant by its key."""
    found: Mapping[str, Mapping[str, str]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def kind_of(key: str) -> str:
    """Return what kind of survivor it is, or nothing, if nobody has looked."""
    return reasons().get(key, {}).get("kind", "")


def why(key: str) -> str:
    """Return in a sentence why it is not found."""
    return reasons().get(key, {}).get("why", "")

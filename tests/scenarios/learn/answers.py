"""The answers that stand beside the ladder: one that does for each rung, and some that do not."""

import re
from dataclasses import dataclass
from pathlib import Path

from scenarios import learn
from scenarios.learn.pages import solution_of
from scenarios.learn.rungs import RUNGS, Rung, rung_named
from scenarios.learn.source import Source, source_of

HERE = Path(learn.__file__).parent
SAID = re.compile(r'"""Falls on (\w+) by ([\w-]+),\s+story (\d+): ')
WRONG = sorted(path.stem for path in (HERE / "wrong").glob("*.py"))
SOUND = [it.name for it in RUNGS]


@dataclass(frozen=True)
class Wrong:
    """An answer, and where it says of itself that it falls: rung, promise, and the first story."""

    source: Source
    rung: Rung
    promise: str
    story: int


def wrong(name: str) -> Wrong:
    path = HERE / "wrong" / f"{name}.py"
    said = SAID.match(path.read_text(encoding="utf-8"))
    assert said is not None, f"{path} does not say where it falls"
    return Wrong(source_of(path), rung_named(said[1]), said[2], int(said[3]))


def sound(name: str) -> Source:
    return source_of(solution_of(rung_named(name)))

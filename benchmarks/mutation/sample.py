"""Which mutants are tried: a few of each group, drawn by a seed, at most one of each site."""

import json
import subprocess
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
LOCK: Final = ROOT / "requirements" / "mutation.txt"
OPERATORS: Final = Path(__file__).with_name("operators.py")
GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "versions, aggregates": (
        "services/common/versioning.py",
        "services/common/aggregate.py",
    ),
    "outbox": ("services/common/outbox.py",),
    "messaging": ("services/common/messaging.py",),
    "domain": ("services/*/domain.py",),
    "use cases": ("services/*/use_cases.py",),
}
LEAST: Final = 20  # of each group


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one mistake in it; `change` is what its lines said and say now."""

    group: str
    path: str
    definition: str
    operator: str
    line: int
    change: str
    text: str

    @property
    def key(self) -> str:
        """What tells it from others as long as these lines stay what they are."""
        return key_of(self.path, self.definition, self.change)


def key_of(path: str, definition: str, change: str) -> str:
    """Return the key of a mutant."""
    return f"{path} {definition}: {change}"


def drawn(size: int, seed: int, folder: Path) -> list[Mutant]:
    """Return the sample, the same of the same sources; `folder` takes what is installed for it."""
    python = _with_operators(folder)
    by_group = {name: _sites(python, globs) for name, globs in GROUPS.items()}
    sizes = shares({name: len(sites) for name, sites in by_group.items()}, size)
    found: list[Mutant] = []
    for name, sites in by_group.items():
        chance = Random(f"{seed} {name}")
        chosen = chance.sample(sorted(sites), sizes[name])
        found.extend(Mutant(group=name, **chance.choice(sites[site])) for site in chosen)
    # Of all groups a few, so that who stops early has seen something of each.
    Random(seed).shuffle(found)
    return found


def shares(sites: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many each group has: the least, and of the rest by how many sites it has.

    >>> shares({"a": 30, "b": 90}, 60)
    {'a': 25, 'b': 35}
    """
    least = {name: min(LEAST, size // len(sites), count) for name, count in sites.items()}
    left, total = size - sum(least.values()), sum(sites.values())
    exact = {name: left * count / total for name, count in sites.items()}
    whole = {name: min(int(it), sites[name] - least[name]) for name, it in exact.items()}
    for name in sorted(exact, key=lambda name: int(exact[name]) - exact[name]):
        if sum(whole.values()) < left and least[name] + whole[name] < sites[name]:
            whole[name] += 1
    return {name: least[name] + whole[name] for name in sites}


def _sites(python: Path, globs: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    sites: dict[str, list[dict[str, Any]]] = {}
    for mutant in _mutants(python, globs):
        sites.setdefault(f"{mutant['path']} {mutant.pop('site')}", []).append(mutant)
    return sites


def _mutants(python: Path, globs: Sequence[str]) -> Iterator[dict[str, Any]]:
    files = [str(it.relative_to(ROOT)) for glob in globs for it in sorted(ROOT.glob(glob))]
    said = subprocess.run(
        [python, OPERATORS, *files], cwd=ROOT, check=True, capture_output=True, text=True
    )
    yield from map(json.loads, said.stdout.splitlines())


def _with_operators(folder: Path) -> Path:
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
    command = [
        str(python),
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        "install",
        *locked,
    ]
    subprocess.run(command, check=True)
    return python

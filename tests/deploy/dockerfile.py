"""The Dockerfile as instructions, and what it would copy, without an engine."""

import fnmatch
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.house import tree

DOCKERFILE = tree.ROOT / "Dockerfile"
IGNORE = tree.ROOT / ".dockerignore"


@dataclass(frozen=True)
class Instruction:
    """One instruction, with its flags (`--from=build`) kept apart from its words."""

    name: str
    flags: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the words as one string."""
        return " ".join(self.words)


def stages(text: str) -> list[list[Instruction]]:
    """Return the instructions of each stage; the last stage becomes the image."""
    found: list[list[Instruction]] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def copied(text: str) -> Iterator[tuple[str, str]]:
    """Yield source and destination of whatever comes in from the project's own tree."""
    for stage in stages(text):
        for each in stage:
            if each.name in {"COPY", "ADD"} and not any("--from" in flag for flag in each.flags):
                *sources, destination = each.words
                yield from ((source, destination) for source in sources)


def context(ignore: str) -> list[str]:
    """Return the files that a .dockerignore lets the build see; its first rule is `*`."""
    rules = [rule for rule in ignore.split("\n") if rule and not rule.startswith("#")]
    assert rules[0] == "*", "what is not named is not for the image"
    named = (tree.ROOT / rule[1:] for rule in rules if rule.startswith("!"))
    paths = (path for root in named for path in (root, *root.rglob("*")) if path.is_file())
    return sorted(name for name in map(tree.name, paths) if not _ignored(name, rules))


def build(text: str, ignore: str, lock: str, root: Path) -> Path:
    """Lay out in `root` the /app of the image: locked packages as links, and what is copied."""
    app = root / "app"
    app.mkdir()
    for package in tree.locked(lock):
        for name, file in _files(package):
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            (app / name).symlink_to(file)
    for source, destination in copied(text):
        if destination.startswith("/app"):
            _copy(source, root / destination.lstrip("/"), ignore)
    return app


def _copy(source: str, destination: Path, ignore: str) -> None:
    for name in context(ignore):
        if name.startswith(f"{source}/"):
            path = destination / name.removeprefix(f"{source}/")
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree.ROOT / name, path)


def _files(package: str) -> Iterator[tuple[str, Path]]:
    try:
        found = distribution(package)
    except PackageNotFoundError:  # for another platform, or another Python
        return
    for file in found.files or []:
        if file.parts[0] != "..":  # a command, which is not for the image
            yield file.as_posix(), Path(str(found.locate_file(file)))


def _ignored(name: str, rules: list[str]) -> bool:
    ignored = False
    for rule in rules:
        pattern = rule.removeprefix("!")
        if _matches(name, pattern):
            ignored = not rule.startswith("!")
    return ignored


def _matches(name: str, pattern: str) -> bool:
    parts = name.split("/")
    heads = ["/".join(parts[: length + 1]) for length in range(len(parts))]
    if pattern.startswith("**/"):
        return any(fnmatch.fnmatchcase(part, pattern[3:]) for part in parts)
    return any(fnmatch.fnmatchcase(head, pattern) for head in heads)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    for line in re.sub(r"\\\n", " ", "\n".join(lines)).split("\n"):
        name, *rest = line.split()
        flags = tuple(word for word in rest if name != "RUN" and word.startswith("--"))
        yield Instruction(name, flags, tuple(word for word in rest if word not in flags))

"""Faults that a text asks a function of somebody's own for: which functions it may call.

A text may come from anybody, in a token; so it calls what a story's own code brings, and no others.
"""

from collections.abc import Iterable
from contextlib import suppress
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from boxoffice.faults.spelled import OURS
from boxoffice.faults.spelling import read_call
from boxoffice.misuse import Misuse


def check_own(text: str, packages: Iterable[str], stories: Iterable[ModuleType]) -> None:
    """Let pass what calls a fault of the engine's, of a package, or of what is beside a story.

    Raises: Misuse, before anything of another module is loaded.
    """
    name = ""
    with suppress(ValueError, RecursionError):  # whoever makes the fault says what is wrong there
        name = read_call(text).name
    module, is_own, _ = name.partition(":")
    root = module.partition(".")[0]
    if not is_own or module == OURS or root in packages:
        return
    if not any(_brings(story, root) for story in stories):
        raise Misuse(f"fault {text!r}: {module} is neither {OURS} nor a module of the story's own")


def _brings(story: ModuleType, root: str) -> bool:
    if story.__name__.partition(".")[0] == root:
        return True
    folder = Path(story.__file__ or "").parent
    return PathFinder.find_spec(root, [str(folder)]) is not None

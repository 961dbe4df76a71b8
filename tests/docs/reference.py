"""Writes docs/reference.md from the code: `python -m tests.docs.reference`."""

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from functools import cached_property
from importlib import import_module
from itertools import repeat
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import boxoffice
from boxoffice.world.sometimes import Hopes
from tests.house import tree

PAGE: Final = tree.ROOT / "docs" / "reference.md"
HEAD: Final = """# Reference

Every public name of the engine, with what it takes, in which units, and what it raises. Times are
in seconds, of virtual time where there is a world. The page is made from the code by
`python -m tests.docs.reference`.

The first five modules are what a test of one's own services needs. The others are for a system that
has commands, views or evidence of its own, or plays its stories on one machine as well. Whatever
stands in none of them may change.

A debugger may be used anywhere: `breakpoint()` stops in a story and in a service, and no virtual
time passes meanwhile. `pytest --pdb` stops where a story, a service or an invariant has raised.
"""
PARTS: Final = (Hopes,)  # bases that are a part of a public class, and have no name of their own
# All that is public, and the only modules of the engine that others import from: first what a test
# of one's own services needs, then what a whole system of commands and views is built on.
PUBLIC: Final = (
    "boxoffice",
    "boxoffice.faults",
    "boxoffice.errors",
    "boxoffice.properties",
    "boxoffice.search",
    "boxoffice.choosing",
    "boxoffice.clock",
    "boxoffice.net",
    "boxoffice.servers",
    "boxoffice.trace",
    "boxoffice.world",
    "boxoffice.views",
    "boxoffice.real",
    "boxoffice.terminal",
    "boxoffice.cli",
    "boxoffice.commands.naming",
    "boxoffice.__main__",
)


def page() -> str:
    """Return the text of the page."""
    return HEAD + "".join(
        f"\n## {module.__name__}\n\n{said(module)}\n" + "".join(map(entry, names, repeat(module)))
        for module, names in modules()
    )


def modules() -> list[tuple[ModuleType, list[str]]]:
    """Return each public module, and the names in it that are public, sorted."""
    return [
        (module, sorted(module._HOMES if module is boxoffice else module.__all__))
        for module in map(import_module, PUBLIC)
    ]


def entry(name: str, module: Any) -> str:
    """Return what is said of one public name, and of what it has that is public."""
    it = getattr(module, name)
    if not callable(it):
        value = f" = {it!r}" if isinstance(it, int | float | str | tuple | datetime) else ""
        return f"\n### `{name}{value}`\n\n{remark(name, module)}\n"
    members = "".join(f"- `{call}`: {text}\n" for call, text in sorted(parts(it)))
    return f"\n### `{name}{taken(it)}`\n\n{said(it)}\n" + (f"\n{members}" if members else "")


def remark(name: str, package: ModuleType) -> str:
    """Return what stands behind a constant where it is defined; "" if nothing does.

    >>> import boxoffice.clock
    >>> remark("EPOCH", boxoffice.clock)
    'Every world begins here.'
    """
    line = re.compile(rf"^{name}\b[^#\n]*  # (.+)$", re.MULTILINE)
    for file in sorted(Path(str(package.__file__)).parent.rglob("*.py")):
        if found := line.search(file.read_text(encoding="utf-8")):
            return f"{found[1][0].upper()}{found[1][1:].rstrip('.')}."
    return ""


def parts(it: Any) -> Iterator[tuple[str, str]]:
    """Yield the public methods and properties of a class, and what is said of each."""
    for name, member in members(it) if inspect.isclass(it) and not is_pythons(it) else ():
        if name.startswith("_") or isinstance(member, Enum):
            continue
        if isinstance(member, property | cached_property):
            yield name, " ".join(said(member).split())
        elif inspect.isfunction(member):
            yield f"{name}{taken(member)}", " ".join(said(member).split())


def members(it: type) -> Iterator[tuple[str, Any]]:
    """Yield what a class has of its own, and of bases that only are a part of it."""
    for each in it.__mro__:
        if each is it or each in PARTS:
            yield from vars(each).items()


def is_pythons(it: Any) -> bool:
    """Tell whether a class comes with Python."""
    return inspect.isclass(it) and it.__module__ in sys.stdlib_module_names


def said(it: Any) -> str:
    """Return a docstring up to its example."""
    if is_pythons(it):
        return f"Python's own `{it.__module__}.{it.__name__}`."
    text = inspect.cleandoc(it.__doc__ or "")
    return "\n".join(text.partition(">>>")[0].rstrip().splitlines())


def taken(it: Any) -> str:
    """Return the arguments of a call as they are named, with their defaults."""
    if inspect.isclass(it) and issubclass(it, Enum | BaseException):
        return ""
    signature = inspect.signature(it)
    bare = [
        each.replace(annotation=inspect.Parameter.empty)
        for name, each in signature.parameters.items()
        if name != "self"
    ]
    # What a function or a factory makes of an argument is not seen in its name.
    return re.sub(r"<(?:factory|[^,=]*? at 0x\w+)>", "…", str(inspect.Signature(bare)))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

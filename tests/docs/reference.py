"""Writes docs/reference.md from the code: `python -m tests.docs.reference`."""

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from functools import cached_property
from typing import Any, Final

import boxoffice
from boxoffice import faults, properties
from tests.house import tree

PAGE: Final = tree.ROOT / "docs" / "reference.md"
HEAD: Final = """# Reference

Every public name of the engine, with what it takes, in which units, and what it raises. Times are
in seconds, of virtual time where there is a world. The page is made from the code by
`python -m tests.docs.reference`.

A debugger may be used anywhere: `breakpoint()` stops in a story and in a service, and no virtual
time passes meanwhile. `pytest --pdb` stops where a story has raised; a story's assertion and what a
service raises are part of the verdict instead, so set a breakpoint there.
"""
MODULES: Final = (
    ("boxoffice", boxoffice, sorted(boxoffice._HOMES)),
    ("boxoffice.faults", faults, sorted(faults.__all__)),
    ("boxoffice.properties", properties, sorted(properties.__all__)),
)


def page() -> str:
    """Return the text of the page."""
    return HEAD + "".join(
        f"\n## {title}\n\n{said(module)}\n" + "".join(map(entry, names, (module,) * len(names)))
        for title, module, names in MODULES
    )


def entry(name: str, module: Any) -> str:
    """Return what is said of one public name, and of what it has that is public."""
    it = getattr(module, name)
    members = "".join(f"- `{call}`: {text}\n" for call, text in sorted(parts(it)))
    return f"\n### `{name}{taken(it)}`\n\n{said(it)}\n" + (f"\n{members}" if members else "")


def parts(it: Any) -> Iterator[tuple[str, str]]:
    """Yield the public methods and properties of a class, and what is said of each."""
    for name, member in vars(it).items() if inspect.isclass(it) else ():
        if name.startswith("_") or isinstance(member, Enum):
            continue
        if isinstance(member, property | cached_property):
            yield name, " ".join(said(member).split())
        elif inspect.isfunction(member):
            yield f"{name}{taken(member)}", " ".join(said(member).split())


def said(it: Any) -> str:
    """Return a docstring up to its example."""
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
    return re.sub(r"<(?:factory|function .*? at 0x\w+)>", "…", str(inspect.Signature(bare)))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

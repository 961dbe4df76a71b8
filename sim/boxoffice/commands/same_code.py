"""The same code there as here: digests of what was loaded, by which a worker knows what to load.

A worker lives long, and would go on playing what it loaded first, whatever became of the files.
What is installed is left out, and so is the engine.
"""

import sys
from collections.abc import Collection
from contextlib import suppress
from hashlib import sha256
from importlib import invalidate_caches
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from sysconfig import get_path
from typing import Final

Code = tuple[tuple[str, str, str], ...]  # of each module its name, its file and its digest

_ENGINE: Final = __name__.partition(".")[0]
_INSTALLED: Final = tuple({get_path(it) for it in ("stdlib", "platstdlib", "purelib", "platlib")})
_loaded: dict[str, str] = {}  # digests by file, as they were when this process loaded them


class OtherCode(Exception):
    """A file here says something else than where the search runs."""


def code_of_what_is_loaded() -> Code:
    """Return the modules of people's own that this process has loaded."""
    code = tuple(
        (name, file, _digest(file))
        for name, file in sorted(_files().items())
        if name.partition(".")[0] != _ENGINE and not name.startswith("__m")
    )
    _loaded.update({file: digest for _, file, digest in code})
    return code


def take_over(code: Code) -> None:
    """Have what is loaded from now on be that code: what is loaded of another text is forgotten.

    Raises: OtherCode.
    """
    there = dict[str, str]()
    for name, path, digest in code:
        file = path if Path(path).is_file() else _found(name)
        if file is None:
            continue  # whoever needs it will say that it is missing
        if _digest(file) != digest:
            raise OtherCode(f"{file} says something else than where the search runs")
        there[file] = digest
    if any(_loaded.get(file) != digest for file, digest in there.items()):
        _forget(there)
    _loaded.update(there)


def _forget(files: Collection[str]) -> None:
    for name, file in _files().items():
        if file in files:
            del sys.modules[name]
            with suppress(OSError):  # which is told from older ones by whole seconds only
                Path(cache_from_source(file)).unlink()
    invalidate_caches()


def _files() -> dict[str, str]:
    known = {name: getattr(it, "__file__", None) for name, it in list(sys.modules.items())}
    return {
        name: file
        for name, file in known.items()
        if file
        and file.endswith(".py")
        and not file.startswith(_INSTALLED)
        and Path(file).is_file()
    }


def _found(name: str) -> str | None:
    with suppress(ImportError, ValueError):
        spec = find_spec(name)
        return spec.origin if spec is not None else None
    return None


def _digest(file: str) -> str:
    return sha256(Path(file).read_bytes()).hexdigest()

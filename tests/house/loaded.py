"""What a session of pytest has loaded; `-p tests.house.loaded` says at its end what came twice."""

import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.house import tree

MARK = "loaded twice:"


def twice(modules: Mapping[str, ModuleType]) -> list[list[str]]:
    """Return the names of each of the project's modules that goes by more than one."""
    names = defaultdict(list)
    for name, module in modules.items():
        file = getattr(module, "__file__", None)
        if file and name != "__main__":
            names[Path(file).resolve()].append(name)
    return sorted(sorted(found) for path, found in names.items() if _is_ours(path) and found[1:])


def _is_ours(path: Path) -> bool:
    return path.is_relative_to(tree.ROOT) and tree.MADE.isdisjoint(path.parts)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    rooms = ("boxoffice.", "services.", "scenarios.")
    count = sum(name.startswith(rooms) for name in sys.modules)
    terminalreporter.write_line(f"{MARK} {twice(sys.modules)} of {count}")

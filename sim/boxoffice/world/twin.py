"""A broken twin: one named production function, replaced from outside by a worse one.

There is no switch for a bug in services.  A twin stands in for a defence while a run lasts, to show
what the defence is there for.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from unittest import mock


@dataclass(frozen=True, slots=True)
class Twin:
    """`target` is `module:function` or `module:Class.method`, and `stand_in` takes its place.

    `defence` says what is missing, and `invariant` names what falls without it.
    """

    name: str
    defence: str
    invariant: str
    target: str
    stand_in: Callable[..., Any]

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Replace the production function, wherever services have imported it, for a while."""
        module_name, _, path = self.target.partition(":")
        owner: Any = import_module(module_name)
        *classes, name = path.split(".")
        for part in classes:
            owner = getattr(owner, part)
        real = getattr(owner, name)
        with ExitStack() as patches:
            for place in [owner] if classes else _importers(real, name):
                patches.enter_context(mock.patch.object(place, name, self.stand_in))
            yield


def _importers(real: Any, name: str) -> list[Any]:
    loaded = [it for key, it in sorted(sys.modules.items()) if key.startswith("services.")]
    return [module for module in loaded if getattr(module, name, None) is real]

"""What prometheus_client's own registry holds, for each life apart, as each process has one.

A counter at a module's top is made anew for each life of a service, and would be a duplicate in a
registry that all lives share.  What was registered outside of a world is there in every life, save
for what the interpreter and the process tell of themselves: that would be those of the test.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any, Final

from boxoffice.clock.import_hooks import on_import
from boxoffice.net.host import current_life

_LIBRARY: Final = "prometheus_client"
_HELD: Final = ("_collector_to_names", "_names_to_collectors", "_collectors_without_names")


@contextmanager
def isolated_registries() -> Iterator[None]:
    """Have each life register and count for itself, also if the library is loaded meanwhile."""
    with ExitStack() as undo:

        def begin(library: ModuleType) -> None:
            undo.enter_context(_apart(library))

        if _LIBRARY in sys.modules:
            begin(sys.modules[_LIBRARY])
        else:
            undo.enter_context(on_import((_LIBRARY,), begin))
        yield


@contextmanager
def _apart(library: Any) -> Iterator[None]:
    registry = library.REGISTRY
    shared = registry.__class__
    lives = {name: property(_of_life(name, library)) for name in _HELD}
    # The one object is what everybody has imported; only what it holds depends on who asks.
    registry.__class__ = type(shared.__name__, (shared,), lives)
    try:
        yield
    finally:
        registry.__class__ = shared


def _of_life(name: str, library: Any) -> Any:
    def held(registry: Any) -> Any:
        life = current_life.get()
        if life is None:
            return vars(registry)[name]
        if life.metrics is None:
            life.metrics = _begun(vars(registry), library)
        return life.metrics[name]

    return held


def _begun(outside: dict[str, Any], library: Any) -> dict[str, Any]:
    of_the_test = (library.ProcessCollector, library.GCCollector)
    named, by_name, nameless = (outside[name] for name in _HELD)
    kept = (
        {it: names for it, names in named.items() if not isinstance(it, of_the_test)},
        {name: it for name, it in by_name.items() if not isinstance(it, of_the_test)},
        [it for it in nameless if not isinstance(it, of_the_test)],
    )
    return dict(zip(_HELD, kept, strict=True))

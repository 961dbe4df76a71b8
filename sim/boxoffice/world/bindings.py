"""Finds who has taken something by name, as in `from pymongo import AsyncMongoClient`."""

from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from boxoffice.clock.modules import namespace, own_modules


def bindings_of(replaced: Mapping[int, Any]) -> Iterator[tuple[ModuleType, str, Any]]:
    """Yield the places in people's own modules that hold one of these, and what is to be there.

    `replaced` has the substitute of each object, by its identity.
    """
    for _, module in own_modules():
        names = namespace(module).copy()
        if replaced.keys().isdisjoint(map(id, names.values())):
            continue
        for name, value in names.items():
            if id(value) in replaced:
                yield module, name, replaced[id(value)]

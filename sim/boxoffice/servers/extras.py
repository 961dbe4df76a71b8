"""Which packages each kind of server needs, which an extra of the same name brings.

A kind is loaded when it is first asked for, so that a system does without what it does not use.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from boxoffice.misuse import Misuse

PACKAGES: Final = {
    "mongo": ("pymongo", "mongomock"),
    "nats": ("nats",),
    "redis": ("redis", "fakeredis"),
    "stripe": ("stripe",),
}
SERVER_KINDS: Final = tuple(PACKAGES)
_CALLED: Final = {"mongo": "MongoDB", "nats": "NATS", "redis": "Redis", "stripe": "Stripe"}
_SOLD_AS: Final = {"nats": "nats-py"}


class MissingExtra(ModuleNotFoundError, Misuse):
    """A kind of server is asked for whose packages are missing; the message is one line."""


def need(extra: str) -> None:
    """Check that what an extra brings is installed.  Raises: MissingExtra."""
    missing = [it for it in PACKAGES[extra] if find_spec(it) is None]
    if missing:
        named = " and ".join(_SOLD_AS.get(it, it) for it in missing)
        raise MissingExtra(
            f"the fake {_CALLED[extra]} needs {named}: install boxoffice[{extra}]", name=missing[0]
        )


def driver(package: str) -> Any:
    """Return a driver's module, or None where it is not installed."""
    if package in sys.modules:  # to look through every folder takes a third of a small world
        return sys.modules[package]
    return import_module(package) if find_spec(package.partition(".")[0]) else None

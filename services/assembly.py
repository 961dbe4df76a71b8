"""The five services by name.  A process is one of them, so each is loaded when it is asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # whoever only names the five loads nothing for it
    from services.common.drivers import Drivers
    from services.common.service import Service

NAMES: Final = ("auth", "tickets", "orders", "payments", "expiration")


def assemble_of(name: str) -> "Callable[[Drivers], Service]":
    """Return what makes a service of its drivers."""
    assemble: Callable[[Drivers], Service] = import_module(f"services.{name}.service").assemble
    return assemble

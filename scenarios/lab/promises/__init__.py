"""What else the lab judges: mistakes of one function that no invariant of the shop is about."""

from typing import Final

from scenarios.lab.promises.holds import holds_grow
from scenarios.lab.promises.taken import taken_once
from scenarios.lab.promises.told import told_as_it_is

__all__ = ["PROMISES", "holds_grow", "taken_once", "told_as_it_is"]

PROMISES: Final = (told_as_it_is, holds_grow, taken_once)

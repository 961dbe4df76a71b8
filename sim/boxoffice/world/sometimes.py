"""What runs should come to now and then, or a campaign that found nothing has shown little.

An invariant that holds where its defence was never needed says nothing of the defence.
Source: sometimes assertions, https://antithesis.com/docs/best_practices/sometimes_assertions/
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from boxoffice.misuse import Misuse
from boxoffice.trace.untold import NoTrace

Hope = TypeVar("Hope", bound=Callable[[Any], object])
REFUSED: Final = "refused by "  # what the contention of a store says of a unique index


@dataclass(frozen=True, slots=True)
class Sometimes:
    """Something that not every run comes to, and a campaign should; `look` tells of one run."""

    name: str
    says: str
    look: Callable[[Any], object]


class Hopes:
    """The part of a system that knows what its runs should sometimes come to."""

    @cached_property
    def hopes(self) -> list[Sometimes]:
        """What was declared so far."""
        return []

    def sometimes(self, says: str) -> Callable[[Hope], Hope]:
        """Have a function tell whether a run has come to something that a campaign should see.

        It is called with the end, as those of `finally_` are, and returns whether it was so.
        Raises: Misuse, for no words, or a name that is taken.

        >>> from boxoffice import System
        >>> warehouse = System("warehouse")
        >>> @warehouse.sometimes("a message was delivered again")
        ... def redelivered(end):
        ...     return any(it["attempt"] > 1 for it in end.of_kind("delivered"))
        """
        if not isinstance(says, str) or not says.strip():
            raise Misuse('say what should sometimes be so: @sometimes("a message came again")')

        def add(look: Hope) -> Hope:
            name = look.__name__.replace("_", "-")
            if name in [it.name for it in self.hopes]:
                raise Misuse(f"there is a {name!r} already that should sometimes be so")
            self.hopes.append(Sometimes(name, says, look))
            return look

        return add


def reached(hopes: Iterable[Sometimes], evidence: Any) -> list[str]:
    """Name those of the hopes that a run has come to; none, if nothing of it was kept."""
    try:
        return [it.name for it in hopes if it.look(evidence)]
    except NoTrace:
        return []


def ever(
    hopes: Iterable[Sometimes], came_to: Mapping[str, None], contention: Mapping[str, int]
) -> tuple[Sequence[str], Sequence[str]]:
    """Return what a run has come to and what it has not, in the order in which it was declared.

    That each unique index refuses something now and then is hoped of every system.
    """
    indexes = {name: count > 0 for name, count in contention.items() if REFUSED in name}
    every = {it.name: it.name in came_to for it in hopes} | indexes
    return [name for name in every if every[name]], [name for name in every if not every[name]]

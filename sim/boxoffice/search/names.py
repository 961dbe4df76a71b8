"""How stories, twins and faults are called, and found by that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # whoever lists names plays nothing
    from boxoffice.faults.schedule import Fault
    from boxoffice.world.scenario import Scenario
    from boxoffice.world.twin import Twin


@dataclass(frozen=True, slots=True)
class Names:
    """How scenarios, twins and faults are found by what they are called.

    Each function raises `Misuse` for a name that it does not know.  `called` is the way back,
    `spelled` says how a fault is asked for, and `storms` are what is explored if none is named.
    """

    scenario: "Callable[[str], Scenario]"
    twin: "Callable[[str], Twin]"
    fault: "Callable[[str], Fault]"
    called: "Callable[[Scenario], str]" = lambda scenario: scenario.name
    spelled: "Callable[[Fault], str]" = repr
    storms: "Callable[[], Sequence[Scenario]]" = tuple

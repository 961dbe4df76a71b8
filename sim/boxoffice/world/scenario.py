"""A scenario: a script for a stage, what goes wrong in it, and what it puts to the test."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boxoffice.faults.schedule import Fault
from boxoffice.world.invariant import Invariant
from boxoffice.world.twin import Twin

if TYPE_CHECKING:
    from boxoffice.world.system import System

Script = Callable[[Any, int], Awaitable[None]]
Story = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What can be run by name.

    `checks` are the invariants that it exists to put to the test (all are judged after each run),
    `twins` those that it exposes on the default `seed`.  `size` scales its crowd; 0 means that it
    has none.
    """

    name: str
    story: str
    script: Script
    faults: Sequence[Fault]
    checks: Sequence[Invariant]
    twins: Sequence[Twin]
    system: "System"
    seed: int = 0
    size: int = 0

    @property
    def summary(self) -> str:
        """The first line of the story."""
        return self.story.strip().splitlines()[0]


def scenario_of(
    system: "System",
    story: Story,
    faults: Sequence[Fault],
    checks: Sequence[Invariant],
    twins: Sequence[Twin],
    seed: int,
    size: int,
) -> Scenario:
    """Make a function of a world a scenario of its name, with dashes, and of its docstring."""

    async def script(world: Any, crowd: int) -> None:
        world.size = crowd
        await story(world)

    script.__module__ = story.__module__  # where pytest collects it
    module = sys.modules.get(story.__module__)
    name = story.__name__.replace("_", "-")
    says = story.__doc__ or (module.__doc__ if module else "") or name
    return Scenario(name, says, script, tuple(faults), checks, tuple(twins), system, seed, size)

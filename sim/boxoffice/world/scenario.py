"""A scenario: a script for a stage, what goes wrong in it, and what it puts to the test."""

import inspect
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from boxoffice.clock.randomness import Randomness
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.world.invariant import Invariant
from boxoffice.world.storm import Draw, Storm
from boxoffice.world.twin import Twin

if TYPE_CHECKING:
    from boxoffice.world.system import System

_ASYNC: Final = "cannot be awaited: say async def {}(world)"
Script = Callable[[Any, int], Awaitable[None]]
Story = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """What can be run by name.

    `checks` are the invariants that it exists to put to the test (all are judged after each run),
    `twins` those that it exposes on the default `seed`.  `size` scales its crowd; 0 means that it
    has none.  A storm has `draw`, which draws from the seed what happens in it.
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
    draw: Draw | None = None

    def drawn(self, seed: int, size: int | None = None) -> Storm:
        """Return what a seed brings: deeds and faults beside those of the story."""
        if self.draw is None:
            return Storm()
        return self.draw(Randomness(seed).stream("storm"), self.size if size is None else size)

    @property
    def summary(self) -> str:
        """The first line of the story."""
        return self.story.strip().splitlines()[0]


def check_story(faults: Any, twins: Sequence[Any], seed: Any, size: Any) -> None:
    """Let pass what a story can be given.  Raises: Misuse."""
    if isinstance(faults, Fault | str):
        raise Misuse(f"faults is a list of faults, and not {faults!r}")
    for fault in faults if isinstance(faults, Sequence) else ():
        if not isinstance(fault, Fault):
            shown = getattr(fault, "__name__", repr(fault))
            raise Misuse(f"{shown} is no fault: call a function of boxoffice.faults")
    for twin in twins:
        if not isinstance(twin, Twin):
            raise Misuse(f"{twin!r} is no twin: make one by boxoffice.Twin")
    for name, number in (("seed", seed), ("size", size)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise Misuse(f"{name} is a whole number from 0 on, not {number!r}")


def scenario_of(
    system: "System",
    story: Story,
    faults: Sequence[Fault],
    checks: Sequence[Invariant],
    twins: Sequence[Twin],
    seed: int,
    size: int,
    draw: Draw | None = None,
) -> Scenario:
    """Make a function of a world a scenario of its name, with dashes, and of its docstring.

    Raises: Misuse, for what is no coroutine function of a world.
    """
    _check(system, story)

    async def script(world: Any, crowd: int) -> None:
        world.size = crowd
        told = story(world)
        if not inspect.isawaitable(told):  # nor is every plain function none that is wrapped
            raise Misuse(f"the story {story.__name__} {_ASYNC.format(story.__name__)}")
        await told

    script.__module__ = story.__module__  # where pytest collects it
    module = sys.modules.get(story.__module__)
    name = story.__name__.replace("_", "-")
    says = story.__doc__ or (module.__doc__ if module else "") or name
    known = tuple(faults), checks, tuple(twins), system, seed, size
    return Scenario(name, says, script, *known, draw)


def _check(system: "System", story: Any) -> None:
    name = getattr(story, "__name__", None)
    if not callable(story) or name is None:
        raise Misuse(f"a story of {system.name} is a function, and not {type(story).__name__}")
    if inspect.isgeneratorfunction(story) or inspect.isasyncgenfunction(story):
        raise Misuse(f"the story {name} yields, and {_ASYNC.format(name)}")
    try:
        inspect.signature(story).bind("a world")
    except TypeError as error:
        raise Misuse(
            f"the story {name} is called with a world, and nothing else: {error}"
        ) from None

"""Every moment at which a host can die, one after the other: no chance, and nothing left out."""

from collections.abc import Iterator, Sequence
from typing import Any

from boxoffice.faults.crashes import crashes
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault
from boxoffice.world.run import run
from boxoffice.world.scenario import Scenario


def crash_points(
    scenario: Scenario,
    host: str,
    seed: int | None = None,
    of: str = ANY,
    down_s: float = 2.0,
    faults: Sequence[Fault] = (),
) -> Iterator[Fault]:
    """Yield a crash of `host` right before each call that it makes or answers, and after each.

    Which calls there are two runs of `scenario` tell, with `faults` beside its own; `of` is a
    pattern for the driver's method, `mongo.*`.  Each fault is for a run of its own, on that seed:
    up to its crash it is the same run.
    Raises: as `run`, which plays them.

    >>> from boxoffice import System
    >>> async def clerk(drivers):
    ...     await drivers.redis.set("in", 1)
    >>> office = System("office")
    >>> office.service("clerk", clerk, redis="redis")
    >>> @office.story()
    ... async def a_day(world):
    ...     await world.passes(9)
    >>> list(crash_points(a_day, "clerk"))
    [faults.crashes('clerk', down_s=2.0, nth=[1], before='*'), \
faults.crashes('clerk', down_s=2.0, nth=[1], after='*')]
    """
    for moment in ("before", "after"):
        at_call: dict[str, Any] = {moment: of}
        counted = crashes(host, share=0.0, **at_call)
        run(scenario, seed, faults=[*faults, counted])
        for number in range(1, counted.matched + 1):
            yield crashes(host, down_s=down_s, nth=[number], **at_call)

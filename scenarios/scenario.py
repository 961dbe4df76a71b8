"""What makes a function a scenario.

    @scenario(faults=[duplicates(share=0.1)], checks=[no_double_sale], twins=[no_unique_hold])
    async def last_seat(town: Town) -> None:
        ...

Its name is the function's, with dashes; its story the module's docstring.
"""

import sys
from collections.abc import Awaitable, Callable, Sequence

from boxoffice import Scenario, Twin
from boxoffice.faults import Fault
from scenarios.shop.checks import Invariant
from scenarios.shop.stage import Stage
from scenarios.shop.system import SHOP
from scenarios.town import Town

Story = Callable[[Town], Awaitable[None]]


def scenario(
    faults: Sequence[Fault] = (),
    checks: Sequence[Invariant] = (),
    twins: Sequence[Twin] = (),
    seed: int = 0,
    size: int = 0,
) -> Callable[[Story], Scenario]:
    """Make a story a scenario; see `boxoffice.Scenario` for what is given."""

    def made(story: Story) -> Scenario:
        async def script(stage: Stage, crowd: int) -> None:
            await story(Town(stage, crowd))

        script.__module__ = story.__module__  # where pytest collects it
        return Scenario(
            name=story.__name__.replace("_", "-"),
            story=story.__doc__ or sys.modules[story.__module__].__doc__ or "",
            script=script,
            faults=tuple(faults),
            checks=tuple(checks),
            twins=tuple(twins),
            system=SHOP,
            seed=seed,
            size=size,
        )

    return made

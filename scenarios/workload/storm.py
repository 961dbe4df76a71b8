"""What makes a function a storm whose deeds are drawn."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from boxoffice import Scenario
from scenarios.scenario import scenario
from scenarios.shop.checks import OF_ANY_STORM
from scenarios.workload.drawing import Rhythm, drawn

if TYPE_CHECKING:
    from scenarios.town import Town


def storm(rhythm: Rhythm, size: int) -> Callable[[Callable[["Town"], Awaitable[None]]], Scenario]:
    """Make a function a storm of this rhythm, of about `size` deeds beside what is listed."""
    return scenario(draw=partial(drawn, rhythm), checks=OF_ANY_STORM, size=size)

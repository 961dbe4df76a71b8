"""Properties for Hypothesis: fault plans to draw, and a state machine whose rules act on one world.

Needs the extra `hypothesis`; nothing else of the engine imports it.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ModuleNotFoundError as missing:
    raise ModuleNotFoundError(
        "boxoffice.properties needs Hypothesis: install boxoffice[hypothesis]", name=missing.name
    ) from missing

from boxoffice.properties.machine import Violated, WorldMachine
from boxoffice.properties.plans import fault_plans

__all__ = ["Violated", "WorldMachine", "fault_plans"]

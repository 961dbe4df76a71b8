"""Your own services, unchanged, in virtual time: under faults, judged by your own invariants.

Everything that is meant to be used has its name here, and is loaded when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from boxoffice import faults as faults
    from boxoffice.alone.jetstream import fake_jetstream as fake_jetstream
    from boxoffice.alone.mongo import fake_mongo as fake_mongo
    from boxoffice.alone.redis import fake_redis as fake_redis
    from boxoffice.alone.stripe import fake_stripe as fake_stripe
    from boxoffice.commands.cell import replay as replay
    from boxoffice.commands.choose_cell import choose as choose
    from boxoffice.trace.outcome import Outcome as Outcome
    from boxoffice.trace.verdict import Verdict as Verdict
    from boxoffice.world.assertions import Write as Write
    from boxoffice.world.crash_points import crash_points as crash_points
    from boxoffice.world.drivers import Drivers as Drivers
    from boxoffice.world.end import End as End
    from boxoffice.world.held import Held as Held
    from boxoffice.world.run import run as run
    from boxoffice.world.run import runs as runs
    from boxoffice.world.scenario import Scenario as Scenario
    from boxoffice.world.storm import Deed as Deed
    from boxoffice.world.storm import Storm as Storm
    from boxoffice.world.system import System as System
    from boxoffice.world.tape import Tape as Tape
    from boxoffice.world.twin import Twin as Twin
    from boxoffice.world.world import World as World

_HOMES: Final = {
    "Deed": "boxoffice.world.storm",
    "Drivers": "boxoffice.world.drivers",
    "End": "boxoffice.world.end",
    "Held": "boxoffice.world.held",
    "Outcome": "boxoffice.trace.outcome",
    "Scenario": "boxoffice.world.scenario",
    "Storm": "boxoffice.world.storm",
    "System": "boxoffice.world.system",
    "Tape": "boxoffice.world.tape",
    "Twin": "boxoffice.world.twin",
    "Verdict": "boxoffice.trace.verdict",
    "World": "boxoffice.world.world",
    "Write": "boxoffice.world.assertions",
    "choose": "boxoffice.commands.choose_cell",
    "crash_points": "boxoffice.world.crash_points",
    "fake_jetstream": "boxoffice.alone.jetstream",
    "fake_mongo": "boxoffice.alone.mongo",
    "fake_redis": "boxoffice.alone.redis",
    "fake_stripe": "boxoffice.alone.stripe",
    "replay": "boxoffice.commands.cell",
    "run": "boxoffice.world.run",
    "runs": "boxoffice.world.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'boxoffice' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, "faults"])

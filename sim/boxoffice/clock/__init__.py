"""What would otherwise read real time or entropy: clocks, and chance by a seed."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.clock.busy import no_step_without_end as no_step_without_end
    from boxoffice.clock.clock import EPOCH as EPOCH
    from boxoffice.clock.clock import HostClock as HostClock
    from boxoffice.clock.clock import as_datetime as as_datetime
    from boxoffice.clock.randomness import Random as Random
    from boxoffice.clock.randomness import Randomness as Randomness
    from boxoffice.clock.stopwatch import Stopwatch as Stopwatch
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.clock.busy": "no_step_without_end",
            "boxoffice.clock.clock": "EPOCH HostClock as_datetime",
            "boxoffice.clock.randomness": "Random Randomness",
            "boxoffice.clock.stopwatch": "Stopwatch",
        },
    )

"""Services on hosts: started, played, healed and judged.

What a story needs is in `boxoffice` itself.  Here is what else a system may need that gathers
evidence of its own, or plays its stories elsewhere than in a world.
"""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.faults.engine import Faults as Faults
    from boxoffice.world.calm import LIMIT_S as LIMIT_S
    from boxoffice.world.calm import LONGEST_STEP_S as LONGEST_STEP_S
    from boxoffice.world.calm import STEP_S as STEP_S
    from boxoffice.world.invariant import Breach as Breach
    from boxoffice.world.invariant import Finding as Finding
    from boxoffice.world.invariant import Invariant as Invariant
    from boxoffice.world.playing import judge_story as judge_story
    from boxoffice.world.playing import play_story as play_story
    from boxoffice.world.service import ServiceHost as ServiceHost
    from boxoffice.world.sometimes import Sometimes as Sometimes
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.faults.engine": "Faults",
            "boxoffice.world.calm": "LIMIT_S LONGEST_STEP_S STEP_S",
            "boxoffice.world.invariant": "Breach Finding Invariant",
            "boxoffice.world.service": "ServiceHost",
            "boxoffice.world.sometimes": "Sometimes",
            "boxoffice.world.playing": "judge_story play_story",
        },
    )

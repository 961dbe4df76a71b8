"""People who look, and people who touch what is not theirs.

Strangers read, cancel, pay and edit what is somebody else's; visitors leaf through small pages, and
ask for what is not there; sellers edit what others are about to edit or to order.  What else goes
wrong is drawn from the seed: nothing, or a few things that do so often.
"""

from typing import Final

from boxoffice import Storm
from boxoffice.clock import Random
from scenarios.scenario import scenario
from scenarios.shop.checks import (
    accepted_is_durable,
    every_version_announced,
    nothing_stuck,
    replicas_converge,
    versions_step_by_one,
)
from scenarios.town import Town
from scenarios.workload.drawing import Rhythm, drawn
from scenarios.workload.playing import play

RHYTHM: Final = Rhythm(
    seats=(1, 2, 3),
    people=(2, 3),
    lulls_s=(0.0, 0.0, 0.01, 0.1, 1.0),
    windows_s=(5, 30, 30, 60, 900),
    buyers=(
        ("orders", "looks", "pays", "looks"),
        ("orders", "cancels", "looks_through"),
        ("orders", "pays+looks_through"),
        ("browses", "reads"),
        ("reads+browses", "errs"),
        ("meddles", "scribbles"),
        ("orders", "meddles+pays", "meddles"),
        ("meddles+meddles",),
        ("scribbles+orders", "meddles"),
        ("knocks", "babbles"),
        ("signs_up+signs_up", "tries"),
        ("comes_back", "looks_through"),
        ("forgets", "comes_back", "resets", "tries"),
        ("babbles+errs",),
    ),
    seller=(
        ("edits_as_seen+edits_as_seen", "edits_blindly"),
        ("edits", "reads", "edits+edits"),
        ("edits_as_seen", "browses"),
    ),
)


def draw(chance: Random, size: int) -> Storm:
    """Draw what happens."""
    return drawn(RHYTHM, chance, size)


@scenario(
    draw=draw,
    checks=[
        accepted_is_durable,
        every_version_announced,
        nothing_stuck,
        replicas_converge,
        versions_step_by_one,
    ],
    size=7,
)
async def bystanders(town: Town) -> None:
    await play(town)

"""Everybody wants the same seat, in the same second.

Sue lists a seat or two, and changes her mind about the price.  A few people order, pay, cancel and
order again, some of it in two tabs of their browser at once.  What else goes wrong is drawn from
the seed: nothing, or a few things that do so often.
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
    seats=(1, 1, 2),
    people=(2, 3),
    lulls_s=(0.0, 0.0, 0.0, 0.01, 0.03, 0.1, 1.0),
    windows_s=(2, 5, 30, 30, 60, 900),
    buyers=(
        ("orders",),
        ("orders", "pays"),
        ("orders", "cancels"),
        ("orders", "pays", "cancels"),
        ("orders", "pays+cancels"),
        ("orders", "pays+cancels", "orders"),
        ("orders", "pays+pays", "pays"),
        ("orders", "cancels+cancels", "orders"),
        ("orders+orders", "pays"),
        ("orders", "cancels", "orders", "pays"),
        ("orders", "pays", "pays", "looks"),
        ("wavers", "orders"),
    ),
    seller=(
        ("edits", "edits"),
        ("edits", "edits", "edits"),
        ("edits+edits", "edits+edits"),
        ("edits_as_seen+edits", "edits", "edits"),
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
    size=6,
)
async def scramble(town: Town) -> None:
    await play(town)

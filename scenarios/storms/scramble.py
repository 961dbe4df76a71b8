"""Everybody wants the same seat, in the same second.

Sue lists a seat or two, and changes her mind about the price.  A few people order, pay, cancel and
order again, some of it in two tabs of their browser at once.  What else goes wrong is drawn from
the seed: nothing, or a few things that do so often.
"""

from typing import Final

from scenarios.town import Town
from scenarios.workload.drawing import Rhythm
from scenarios.workload.playing import play
from scenarios.workload.storm import storm

RHYTHM: Final = Rhythm(
    seats=(1, 1, 2),
    people=(2, 3),
    lulls_s=(0.0, 0.0, 0.0, 0.01, 0.03, 0.1, 1.0),
    windows_s=(2, 5, 30, 30, 60, 900),
    buyers=(
        ("orders", "outlasts"),
        ("orders", "pays"),
        ("orders", "cancels"),
        ("orders", "pays", "cancels"),
        ("orders", "pays+cancels"),
        ("orders+pays", "pays+cancels"),
        ("orders", "pays+cancels", "orders"),
        ("orders", "pays+pays", "pays"),
        ("orders", "cancels+cancels", "orders"),
        ("orders+orders", "pays"),
        ("orders", "cancels", "orders", "pays"),
        ("orders", "pays", "pays", "looks"),
        ("orders+orders_another", "pays"),
        ("orders", "orders_another", "cancels"),
        ("wavers", "orders"),
        ("wavers+orders", "orders"),
        ("collects",),
    ),
    seller=(
        ("edits", "edits"),
        ("edits", "edits", "edits"),
        ("edits+edits", "edits+edits"),
        ("edits_as_seen+edits", "edits", "edits"),
    ),
)


@storm(RHYTHM, size=6)
async def scramble(town: Town) -> None:
    await play(town)

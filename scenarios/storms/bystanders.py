"""People who look, and people who touch what is not theirs.

Strangers read, cancel, pay and edit what is somebody else's; visitors leaf through small pages, and
ask for what is not there; sellers edit what others are about to edit or to order.  What else goes
wrong is drawn from the seed: nothing, or a few things that do so often.
"""

from typing import Final

from scenarios.town import Town
from scenarios.workload.drawing import Rhythm
from scenarios.workload.playing import play
from scenarios.workload.storm import storm

RHYTHM: Final = Rhythm(
    seats=(1, 2, 3),
    people=(2, 3),
    lulls_s=(0.0, 0.0, 0.01, 0.1, 1.0),
    windows_s=(5, 30, 30, 60, 900),
    buyers=(
        ("orders", "looks", "pays", "looks"),
        ("orders", "cancels", "orders", "looks_through"),  # of two there may be two pages
        ("orders", "cancels", "cancels"),
        ("orders", "pays+looks_through"),
        ("orders", "pays+cancels", "looks+looks_through"),
        ("browses", "reads"),
        ("reads+browses", "errs"),
        ("meddles", "scribbles"),
        ("orders", "meddles+pays", "meddles"),
        ("meddles+meddles",),
        ("scribbles+orders", "meddles"),
        ("knocks", "babbles"),
        ("signs_up+signs_up", "tries"),
        ("comes_back", "looks_through"),
        ("pesters", "comes_back"),
        ("forgets", "comes_back", "resets", "tries"),
        ("babbles+errs",),
        ("orders", "pays", "orders_another", "looks_through"),
        ("wavers", "looks_through"),
        ("collects", "looks_through"),
    ),
    seller=(
        ("edits_as_seen+edits_as_seen", "edits_blindly"),
        ("edits", "reads", "edits+edits"),
        ("edits_as_seen", "browses"),
        ("retitles", "reads", "retitles"),
    ),
)


@storm(RHYTHM, size=7)
async def bystanders(town: Town) -> None:
    await play(town)

"""Orders that outlive their buyers' attention.

People pay in the moment in which an order ends, cancel when it is too late, try a second card, come
back after a while, forget their passwords, guess at them, and knock at a door until it is shut.  An
order lasts from seconds to minutes, and what else goes wrong is drawn from the seed: nothing, or a
few things that do so often.
"""

from typing import Final

from scenarios.town import Town
from scenarios.workload.drawing import AT_THE_DEADLINE_S, Rhythm
from scenarios.workload.playing import play
from scenarios.workload.storm import storm

RHYTHM: Final = Rhythm(
    seats=(1, 2, 2),
    people=(1, 2, 2),
    lulls_s=(0.0, 0.0, 1.0, 20.0, AT_THE_DEADLINE_S, AT_THE_DEADLINE_S),
    windows_s=(2, 10, 30, 120),
    buyers=(
        ("orders", "outlasts"),
        ("orders", "outlasts", "orders"),
        ("orders", "pays"),
        ("orders", "pays"),
        ("orders", "cancels", "cancels"),
        ("orders", "pays+cancels"),
        ("orders", "pays+cancels"),
        ("orders", "pays+cancels", "looks"),
        ("orders", "pays", "cancels", "outlasts"),
        ("orders", "pays", "pays", "looks"),
        ("orders", "pays", "pays+pays", "cancels"),
        ("orders", "pays+pays", "pays+cancels"),
        ("orders", "pays", "cancels", "looks_through"),
        ("orders", "orders", "pays"),
        ("orders+orders_another", "pays"),
        ("wavers", "orders", "pays"),
        ("forgets", "resets"),
        ("forgets", "tries+resets", "resets", "tries", "comes_back"),
        ("forgets", "resets", "forgets", "resets", "comes_back"),
        ("forgets", "resets+resets", "tries", "orders"),
        ("forgets+forgets", "resets+resets", "comes_back"),
        ("orders", "outstays", "looks"),
        ("guesses", "comes_back"),
        # A reset lets its owner in, and nobody else.
        ("forgets", "resets", "guesses", "comes_back"),
        ("mistypes", "orders"),
        ("besieges+sprays", "comes_back"),
        ("pesters", "resets"),
        ("floods",),
    ),
    seller=(("edits",), ("edits", "edits"), ("edits_as_seen", "edits_blindly")),
)


@storm(RHYTHM, size=6)
async def long_haul(town: Town) -> None:
    await play(town)

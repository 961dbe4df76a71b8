"""Where a key leads from an event."""

import pytest

from tests.scenarios.shop.views.explorer.bundle import node

SHOWN = [10, 20, 30]  # the numbers of some events


@pytest.mark.parametrize(
    ("now", "way", "to"),
    [
        *[(10, 1, 20), (20, -1, 10), (10, 2, 30)],
        *[(30, 1, 30), (10, -1, 10), (20, -9, 10)],  # no further than to the ends
        *[("null", 1, 10), ("null", -1, 10)],  # nothing is chosen yet
        *[(15, 1, 20), (15, -1, 10), (5, 1, 10), (35, -1, 30)],  # a filter leaves this one out
        *[(15, "-Infinity", 10), (15, "Infinity", 30)],
    ],
)
def test_a_step_goes_along_what_is_shown(now: object, way: object, to: int) -> None:
    assert node(f"console.log(x.stepped({SHOWN}, {now}, {way}))") == to


@pytest.mark.parametrize(
    ("chosen", "way", "to"),
    [
        (10, 1, 20),
        (30, 1, 10),
        (10, -1, 30),
        ("null", 1, 10),
        ("null", -1, 30),
        (15, 1, 20),
        (15, -1, 10),
        (35, 1, 10),
    ],
)
def test_proofs_are_gone_through_round_and_round(chosen: object, way: int, to: int) -> None:
    assert node(f"console.log(x.around({SHOWN}, {chosen}, {way}))") == to

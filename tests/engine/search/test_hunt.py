"""A mistake that is known is hunted: how many runs it takes, and how small it becomes."""

from boxoffice.search import Case, Plan, hunts
from tests.engine.search.shelves import looks_first, rummage


def test_what_is_found_is_made_small_and_what_is_not_has_cost_its_time():
    plans = [Plan([Case(rummage, 8, looks_first)]), Plan([Case(rummage, 0)])]
    found = dict(hunts(plans, processor_s=0.5, shrink_s=30.0, jobs=2))
    broken, sound = found[0], found[1]
    assert broken.run.fell == ("stays-theirs",)
    assert (broken.runs, broken.steps, broken.is_minimal) == (1, 2, True)
    assert sound.run is None
    assert sound.processor_s >= 0.5
    assert sound.runs > 1

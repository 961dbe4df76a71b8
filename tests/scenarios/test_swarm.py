"""Each run has faults of few kinds, or none."""

from collections import Counter

from boxoffice.clock import Random
from scenarios.shop.system import SHOP
from scenarios.swarm import BESIDE, KINDS, SERVICES, swarm

MAKES = [*KINDS.values(), *(make for _, makes in BESIDE for make, _ in makes)]
PAID = ("orders", "payments")  # what people give most runs to do
DRAWN = [swarm(Random(seed), PAID if seed % 2 else SERVICES) for seed in range(400)]


def test_a_run_has_none_few_or_many_faults():
    numbers = Counter(len(faults) for faults in DRAWN)
    assert numbers[0] >= 15
    assert sum(numbers[n] for n in (0, 1, 2, 3, 4)) > len(DRAWN) / 2  # what is slow among them
    assert max(numbers) >= 6


def test_every_kind_is_drawn_and_no_two_runs_in_a_row_are_alike():
    drawn = {fault.name for faults in DRAWN for fault in faults}
    assert drawn >= {make(Random(0), SERVICES).name for make in MAKES}
    shown = [str(faults) for faults in DRAWN if faults]
    assert len(set(shown)) >= 0.95 * len(shown)


def test_redis_forgets_for_a_while_and_not_for_ever():
    forgetful = [it for faults in DRAWN for it in faults if it.name == "lost-writes"]
    assert forgetful
    assert all("until_s=60" in str(it) for it in forgetful), "else it is filled again for ever"


def test_of_two_replicas_a_fault_may_take_the_second():
    drawn = [fault for seed in range(100) for fault in swarm(Random(seed), SERVICES, replicas=2)]
    assert any("orders-2" in str(fault) for fault in drawn)
    SHOP.open(0, drawn, replicas=2)


def test_every_kind_is_aimed_at_what_is_there():
    SHOP.open(0, [make(Random(seed), SERVICES) for make in MAKES for seed in range(3)])

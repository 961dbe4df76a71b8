"""The rule: one more is applied, the same or less is passed over, more than that has to wait."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from pytest import raises

from services.common.versioning import NOTHING_APPLIED, Decision, OutOfOrder, decide, is_next


@dataclass
class Replica:
    """The simplest consumer there is: what it has applied, in order."""

    version: int = NOTHING_APPLIED
    applied: list[str] = field(default_factory=list)

    def take(self, version: int, change: str) -> bool:
        """Apply one event, or pass over it.  Raises: OutOfOrder."""
        if is_next("t", applied=self.version, announced=version):
            self.version = version
            self.applied.append(change)
            return True
        return False


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    """A history, and its events in any order, each delivered at least once."""
    history = draw(st.lists(st.text(max_size=3), min_size=1, max_size=8))
    again = draw(st.lists(st.integers(0, len(history) - 1), max_size=12))
    return history, list(draw(st.permutations([*range(len(history)), *again])))


@given(deliveries())
def test_any_order_and_any_duplication_of_a_history_ends_in_the_same_replica(told):
    history, waiting = told
    replica = Replica()
    while waiting:
        version = waiting.pop(0)
        try:
            replica.take(version, history[version])
        except OutOfOrder:
            waiting.append(version)
        assert replica.applied == history[: replica.version + 1]
    assert replica.applied == history


@given(deliveries())
def test_without_one_version_a_replica_stays_just_before_it(told):
    history, order_of_arrival = told
    missing, replica = order_of_arrival[0], Replica()
    for _ in range(len(history)):
        for version in order_of_arrival:
            if version != missing:
                try:
                    replica.take(version, history[version])
                except OutOfOrder:
                    continue
    assert replica.applied == history[:missing]


@given(st.integers(-1, 1_000), st.integers(0, 1_000))
def test_every_version_is_exactly_one_of_next_seen_and_early(applied, announced):
    expected = {True: Decision.DUPLICATE, announced == applied + 1: Decision.APPLY}
    if announced > applied:
        del expected[True]
        expected = {True: Decision.APPLY if announced == applied + 1 else Decision.GAP}
    assert decide(applied=applied, announced=announced) is expected[True]


def test_a_gap_says_which_version_came_after_which():
    with raises(OutOfOrder, match="ticket t: version 5 came after 3"):
        is_next("ticket t", applied=3, announced=5)


def test_the_creation_is_next_where_nothing_was_applied():
    assert decide(applied=NOTHING_APPLIED, announced=0) is Decision.APPLY

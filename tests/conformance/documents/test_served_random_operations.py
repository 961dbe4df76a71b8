"""The same random operations on the fake and on the fake behind MongoDB's protocol."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conformance.documents.arms import told_to_fake, told_to_server
from tests.conformance.documents.test_random_operations import STEPS, played

EXAMPLES = 30


@settings(max_examples=EXAMPLES)
@given(steps=st.lists(STEPS, min_size=10, max_size=30))
def test_the_protocol_changes_no_answer(served, steps):
    assert told_to_server(served["mongo"], played(steps)) == told_to_fake(played(steps))

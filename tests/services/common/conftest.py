"""What a test binds to its own work ends with it."""

from collections.abc import Iterator

from pytest import fixture

from services.common import tracing


@fixture(autouse=True)
def _no_work_at_hand() -> Iterator[None]:
    """Begin without a trace, and leave none to tests that come later in this process."""
    before = tracing._at_hand.set(None)
    yield
    tracing._at_hand.reset(before)

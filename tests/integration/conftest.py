"""What several of these tests stand on."""

import pytest

from boxoffice.real.broker import executable
from boxoffice.real.errors import CannotOpen
from boxoffice.real.process import running
from tests.real.servers import redis_process


@pytest.fixture
def timers(tmp_path):
    with running(redis_process(tmp_path, append_only=True)) as process:
        yield process


@pytest.fixture
def broker_installed() -> None:
    """Skip, by name, what needs a NATS server of its own where none is installed."""
    try:
        executable()
    except CannotOpen:
        pytest.skip("real: no nats-server")

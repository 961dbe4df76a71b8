"""What several of these tests stand on."""

import pytest

from boxoffice.real.process import running
from tests.real.servers import redis_process


@pytest.fixture
def timers(tmp_path):
    with running(redis_process(tmp_path, append_only=True)) as process:
        yield process

"""One Chromium for all tests of this folder."""

import os
import shutil
from collections.abc import Iterator

import pytest

from tests.browser.chromium import Chromium


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A headless Chromium, looked for by `make test-real` alone."""
    program = shutil.which("chromium") if os.environ.get("REAL_SERVERS") == "1" else None
    if program is None:
        pytest.skip("real: no chromium; make test-real has one")
    browser = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()

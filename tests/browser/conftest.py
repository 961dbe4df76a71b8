"""One Chromium for all tests of this folder, and the page that most of them open."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import Chromium
from tests.browser.stories import late_cancel


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    """A headless Chromium, looked for by `make test-real` alone."""
    program = shutil.which("chromium") if os.environ.get("REAL_SERVERS") == "1" else None
    if program is None:
        pytest.skip("real: no chromium; make test-real has one")
    browser = Chromium(program, tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def late(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A story with its defence in place and removed."""
    return late_cancel(tmp_path_factory.mktemp("late") / "late.html")


@pytest.fixture
def page(chromium: Chromium, late: Path) -> Chromium:
    """That story, freshly opened."""
    chromium.open(late.as_uri())
    return chromium

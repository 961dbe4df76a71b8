"""One Chromium for all tests of this folder, and the pages that most of them open."""

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from scenarios.play.packing import build
from scenarios.play.serving import server
from tests.browser.chromium import Chromium
from tests.browser.stories import late_cancel
from tests.browser.tabs import PYODIDE, open_page


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


@pytest.fixture(scope="session")
def built(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page without an installation, built."""
    if not PYODIDE.exists():
        pytest.skip("real: no pyodide; make test-real has one")
    folder = tmp_path_factory.mktemp("play")
    build(PYODIDE, folder)
    return folder / "page"


@pytest.fixture(scope="session")
def served(built: Path) -> Iterator[ThreadingHTTPServer]:
    """That page, served."""
    with server(0, built) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


@pytest.fixture
def tab(chromium: Chromium, served: ThreadingHTTPServer) -> Iterator[Chromium]:
    """That page, opened afresh; whatever is done there asks nobody else, and nothing complains."""
    open_page(chromium, served)
    yield chromium
    chromium.ask("localStorage.clear(), sessionStorage.clear()")
    asked = [it for it in chromium.asked if not it.startswith("data:")]
    assert {it.split("/")[2] for it in asked} == {f"127.0.0.1:{served.server_address[1]}"}
    assert chromium.complaints == []
    chromium.turn_over()

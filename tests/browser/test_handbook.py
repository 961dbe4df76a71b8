"""The page of the API, served as tickets serves it, in a real browser."""

import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from services.common.handbook.routes import router
from tests.browser.chromium import HEIGHT, Chromium
from tests.browser.test_axe import found

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    app = FastAPI(routes=router.routes)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    listener = server.config.bind_socket()
    serving = threading.Thread(target=server.run, args=([listener],))
    serving.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/api/docs"
    server.should_exit = True
    serving.join()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", [420, 1280])
def test_anybody_can_read_it(chromium: Chromium, url: str, wide: int, scheme: str) -> None:
    chromium.turn_over()
    size = {"width": wide, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    chromium.send("Emulation.setDeviceMetricsOverride", **size)
    chromium.visit(url, scheme=scheme)
    chromium.until("document.readyState === 'complete'")
    assert chromium.ask("getComputedStyle(document.querySelector('table')).borderCollapse") == (
        "collapse"
    ), "its own policy keeps its style out"
    assert chromium.ask("document.documentElement.scrollWidth <= innerWidth")
    # axe is a script, and the policy of this page lets none in.
    chromium.send("Page.setBypassCSP", enabled=True)
    chromium.visit(url, scheme=scheme)
    chromium.until("document.readyState === 'complete'")
    assert found(chromium) == []
    chromium.send("Page.setBypassCSP", enabled=False)
    assert [it for it in chromium.asked if not it.startswith(url.removesuffix("/api/docs"))] == []

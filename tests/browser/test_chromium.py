"""The browser of these tests itself."""

from pathlib import Path

import pytest

from tests.browser.chromium import Chromium

pytestmark = pytest.mark.real


def test_a_page_that_asks_whether_to_leave_it_is_left(
    chromium: Chromium, late: Path, tmp_path: Path
) -> None:
    unsaved = tmp_path / "unsaved.html"
    unsaved.write_text("<script>onbeforeunload = (event) => event.preventDefault()</script>")
    chromium.turn_over()
    chromium.visit(unsaved.as_uri())
    chromium.until("document.readyState === 'complete'")
    chromium.click(100, 100)  # nobody is asked who has not touched the page
    chromium.open(late.as_uri())
    assert chromium.ask("location.href") == late.as_uri()

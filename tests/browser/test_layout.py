"""How much of the window is the picture's, and that the chosen event is in sight."""

from pathlib import Path

import pytest

from boxoffice.views.explorer.page import write_report
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which six invariants fall."""
    outcome = run(scenario_named("last-seat"), bug=twin_named("no-unique-hold"), seed=3, size=6)
    return write_report([outcome], tmp_path_factory.mktemp("crowded") / "crowded.html")


def opened(browser: Chromium, page: Path, wide: int, high: int, scheme: str = "light") -> None:
    size = {"width": wide, "height": high, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)
    browser.open(page.as_uri(), scheme=scheme)


@pytest.mark.parametrize("high", [720, 800, 1080])
def test_two_thirds_of_the_height_are_the_pictures(
    chromium: Chromium, crowded: Path, high: int
) -> None:
    opened(chromium, crowded, 1280, high)
    tall = chromium.ask("document.querySelector('.bx-pane canvas').clientHeight")
    assert tall >= high * 2 / 3


@pytest.mark.parametrize("wide", [420, 800, 1280])
def test_the_event_that_is_chosen_is_in_sight(chromium: Chromium, crowded: Path, wide: int) -> None:
    opened(chromium, crowded, wide, 800)
    chromium.press("v")
    # A ring of 13 pixels has 500, of which a mark and a line take some.
    chromium.until(
        """(() => { const sheet = document.querySelector('.bx-pane canvas');
        const [r, g, b] = getComputedStyle(document.querySelector('.bx'))
          .getPropertyValue('--bx-glow').match(/[0-9a-f]{2}/g).map((one) => parseInt(one, 16));
        const {data} = sheet.getContext('2d').getImageData(0, 0, sheet.width, sheet.height);
        let glows = 0;
        for (let i = 0; i < data.length; i += 4)
          glows += data[i] === r && data[i + 1] === g && data[i + 2] === b;
        return glows > 150; })()""",
        patience_s=10,
    )

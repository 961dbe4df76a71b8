"""What the page in a tab keeps: between two tabs, over a reload, and where it is damaged."""

import json
from typing import Any

import pytest

from tests.browser.chromium import Chromium
from tests.browser.tabs import press, told, write

pytestmark = pytest.mark.real

LADDER = "boxoffice-ladder"


def kept(tab: Chromium, name: str = LADDER) -> Any:
    return json.loads(tab.ask(f"localStorage.getItem({name!r})"))


def elsewhere(tab: Chromium, **more: str) -> None:
    """Have another tab of this page keep something else, as that would."""
    with tab.beside(tab.ask("new URL('dom.js', location).href")):
        wrote = kept(tab) | {"version": kept(tab)["version"] + 1, **more}
        text = json.dumps(wrote, separators=(",", ":"))
        tab.ask(f"localStorage.setItem({LADDER!r}, {json.dumps(text)})")


def test_of_two_tabs_the_one_that_writes_too_late_is_told_and_says_whose_it_is(
    tab: Chromium,
) -> None:
    code = "document.querySelector('textarea').value"
    press(tab, "Build one")
    write(tab, "# mine")
    elsewhere(tab, code="# theirs")
    tab.until("document.querySelector('.notice') !== null")
    assert "version 2, and here you see version 1" in told(tab, ".notice")
    write(tab, "# mine again")
    assert kept(tab)["code"] == "# theirs"
    press(tab, "Take theirs")
    assert (tab.ask(code), kept(tab)["code"]) == ("# theirs", "# theirs")

    write(tab, "# built on theirs")
    assert kept(tab) | {"code": "# built on theirs", "version": 3} == kept(tab)
    elsewhere(tab, code="# theirs again")
    tab.until("document.querySelector('.notice') !== null")
    press(tab, "Keep mine")
    assert (tab.ask(code), kept(tab)["version"]) == ("# built on theirs", 5)
    assert kept(tab)["code"] == "# built on theirs"
    assert kept(tab, f"{LADDER}-aside-1")["code"] == "# theirs again"  # nothing is lost of it

    elsewhere(tab, rung="2")  # who only stands on another rung has written nothing
    write(tab, "# nobody else wrote")
    assert kept(tab)["code"] == "# nobody else wrote"
    assert kept(tab)["version"] == 7
    tab.ask("localStorage.clear()")

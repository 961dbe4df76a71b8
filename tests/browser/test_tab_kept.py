"""What the page in a tab keeps: between two tabs, over a reload, and where it is damaged."""

import json
from typing import Any

import pytest

from tests.browser.chromium import Chromium
from tests.browser.tabs import IDLE, choose, press, reload, told, write

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
    # Each process has a copy of the storage, which hears of the others' writes a moment later.
    tab.until(f"localStorage.getItem({LADDER!r}) === {json.dumps(text)}")


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
    assert kept(tab, f"{LADDER}-aside-1")["code"] == "# mine again"
    assert f"{LADDER}-aside-1" in told(tab, ".notice")

    write(tab, "# built on theirs")
    assert kept(tab) | {"code": "# built on theirs", "version": 3} == kept(tab)
    elsewhere(tab, code="# theirs again")
    tab.until("document.querySelector('.notice') !== null")
    press(tab, "Keep mine")
    assert (tab.ask(code), kept(tab)["version"]) == ("# built on theirs", 5)
    assert kept(tab)["code"] == "# built on theirs"
    assert kept(tab, f"{LADDER}-aside-2")["code"] == "# theirs again"  # nothing is lost of either

    elsewhere(tab, rung="2")  # who only stands on another rung has written nothing
    write(tab, "# nobody else wrote")
    assert kept(tab)["code"] == "# nobody else wrote"
    assert kept(tab)["version"] == 7


def seed(tab: Chromium, said: str) -> str:
    """Write a seed; return what the field then holds."""
    field = "document.querySelector('#room [name=seed]')"
    tab.ask(f"{field}.value = '{said}'; {field}.dispatchEvent(new Event('change'))")
    tab.until(IDLE)
    value: str = tab.ask(f"{field}.value")
    return value


def test_a_reload_keeps_the_room_and_what_was_done_and_damage_is_put_aside(tab: Chromium) -> None:
    room = "document.querySelector('#rooms [aria-selected=true]').textContent"
    press(tab, "List it")
    choose(tab, "input[value=Ana]")
    press(tab, "Order Front row")
    largest = str(2**63 - 1)
    for none in ("1.5", "-1", "abc", "", str(2**63), "9" * 23):
        assert seed(tab, none) == "0"
        assert f"“{none}” is no seed" in told(tab, "#status")
    assert seed(tab, largest) == largest
    assert f"seed {largest}" in told(tab, ".bx-verdicts")
    done = told(tab, ".log")
    press(tab, "Begin again")
    assert "Nothing yet" in told(tab)
    press(tab, "Undo: bring all back")
    assert told(tab, ".log") == done

    press(tab, "Stories")
    for name in (LADDER, "boxoffice-mutants"):
        tab.ask(f'localStorage.setItem({name!r}, \'{{"passed":5,"code":7,"at":77}}\')')
    reload(tab)
    assert tab.ask(room) == "Stories"
    press(tab, "The shop")
    assert (told(tab, ".log"), seed(tab, largest)) == (done, largest)
    assert tab.ask("document.querySelector('input[name=who]:checked').value") == "Ana"
    for name, told_of in (("Build one", LADDER), ("Kill mutants", "boxoffice-mutants")):
        press(tab, name)
        assert f"{told_of}-aside-1" in told(tab, ".notice")
        assert kept(tab, f"{told_of}-aside-1")["passed"] == 5
    tab.ask("history.go(-2)")
    tab.until(f"{room} === 'The shop'")
    tab.until(IDLE)
    tab.ask('sessionStorage.setItem(\'boxoffice-shop\', \'{"deeds": [{"does": "fly"}]}\')')
    reload(tab)
    assert (tab.ask(room), told(tab, "#status")) == ("The shop", "")
    assert "boxoffice-shop-aside-1" in told(tab, ".notice")
    assert "Nothing yet" in told(tab)

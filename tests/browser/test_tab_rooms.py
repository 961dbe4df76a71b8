"""What can be done in the rooms of the page in a tab."""

import json

import pytest

from boxoffice.search import case_of
from scenarios.catalogue import NAMES
from scenarios.kill.challenges import CHALLENGES
from scenarios.learn.pages import solution_of
from scenarios.learn.rungs import rung_named
from tests.browser.chromium import Chromium
from tests.browser.tabs import IDLE, choose, cut_off, key, press, reload, told, write

pytestmark = pytest.mark.real

LATE = "delays(20, of=order.cancelled, at=tickets)"


def test_a_ticket_is_sold_and_then_sold_wrong(tab: Chromium) -> None:
    cut_off(tab)
    press(tab, "List it")
    choose(tab, "input[value=Ana]")
    press(tab, "Order Front row")
    press(tab, "Pay for Front row")
    assert "complete" in told(tab, ".cards:last-of-type")
    press(tab, "Is all well?")
    assert "nothing that was put to the test has fallen" in told(tab, ".verdict")

    press(tab, "Begin again")
    choose(tab, "select[name=bug]", "no-holder-check")
    choose(tab, f'input[value="{LATE}"]')
    choose(tab, "input[value=Sue]")
    press(tab, "List it")
    choose(tab, "input[value=Ana]")
    press(tab, "Order Front row")
    press(tab, "Cancel Front row")
    choose(tab, "input[value=Ben]")
    press(tab, "Order Front row")
    press(tab, "Is all well?")
    assert "holder-releases" in told(tab, ".verdict")
    assert told(tab, ".shows").startswith("Shows ")
    tab.ask("document.querySelector('[data-tab=why]').click()")
    why = told(tab, ".bx-panel")
    assert ("played by hand" in why, "TOKEN" in why) == (True, False)
    press(tab, "See it in late-cancel")
    assert tab.ask("document.activeElement.id") == "room"  # and not the top of the page
    assert "without no-holder-check: violated: holder-releases" in told(tab, ".verdict")
    press(tab, "The shop")

    choose(tab, "select[name=bug]", "")  # the same deeds, with the defence in place
    assert "Ben orders Front row" in told(tab, ".log")
    press(tab, "Is all well?")
    assert "nothing that was put to the test has fallen" in told(tab, ".verdict")


def test_a_deed_is_undone_and_fifteen_minutes_pass(tab: Chromium) -> None:
    press(tab, "List it")
    choose(tab, "input[value=Ana]")
    tab.ask("document.querySelector('.bx-filters input[type=checkbox]').click()")
    press(tab, "Order Front row")
    assert tab.ask("document.querySelector('.bx-filters input[type=checkbox]').checked")
    assert "14:58 left" in told(tab)
    press(tab, "Undo")
    assert "None." in told(tab)
    press(tab, "Both at once: Ana and Ben order Front row")
    both = told(tab, ".log li:last-child small")  # each with a sign of its own
    assert both.count("✗") == both.count("✓") == 1
    assert "already reserved" in both.split("✗")[1]
    press(tab, "+15 min: let time pass")
    choose(tab, "input[value=Ben]")
    press(tab, "+10 s: let time pass")
    assert "cancelled" in told(tab)


def test_of_two_tabs_the_second_to_save_is_told_that_it_came_too_late(tab: Chromium) -> None:
    def saves(number: int, price: str) -> None:
        tab.ask(f"document.querySelector('[data-key=\"price {number}\"]').value = '{price}'")
        tab.ask(f"document.querySelector('[data-key=\"save {number}\"]').click()")
        tab.until(IDLE)

    press(tab, "List it")
    for _ in range(2):
        press(tab, "Edit in a tab: Front row")
    saves(0, "50.00")
    assert "$50.00" in told(tab, ".cards")
    saves(1, "40.00")
    assert "refused: " in told(tab, ".log li:last-child")
    press(tab, "Undo")
    choose(tab, "select[name=bug]", "if-match-ignored")
    saves(1, "40.00")
    assert "$40.00" in told(tab, ".cards")
    press(tab, "Is all well?")
    assert "conditions-hold" in told(tab, ".verdict")


def test_three_events_are_chosen_and_one_is_undone(tab: Chromium) -> None:
    cut_off(tab)
    press(tab, "Stories")
    press(tab, "Stand still, and choose")
    for _ in range(5):
        press(tab, "Next message")
    before = told(tab, ".bx-now")
    for nth in range(3):
        tab.ask(f"document.querySelectorAll('.bx-deed button')[{nth}].click()")
        tab.until(IDLE)
    assert tab.ask("document.querySelectorAll('.bx-picks li').length") == 3
    press(tab, "Undo")
    assert tab.ask("document.querySelectorAll('.bx-picks li').length") == 2
    assert told(tab, ".bx-now") == before
    press(tab, "To the end")
    assert "The end" in told(tab, ".bx-now")
    token = tab.ask("document.querySelector('[data-ask=token]').value")
    case, _ = case_of(token, NAMES)
    verdict = told(tab, ".bx-ending")
    for one in case.play().violations:
        assert one.invariant in verdict
    choose(tab, "select[name=story]", "purchase")
    tab.ask("document.querySelector('[name=token]').focus()")
    tab.write(token)
    key(tab, "Tab", 9)
    tab.until("document.querySelector('.bx-now').innerText.startsWith('So far')")
    tab.until(IDLE)
    bar = "['story', 'bug'].map((name) => document.querySelector(`select[name=${name}]`).value)"
    assert tab.ask(bar) == [case.scenario.name, case.bug.name if case.bug else ""]
    struck = told(tab, ".bx-picks")
    assert struck.count("nth=") >= 2  # what was picked goes wrong from the beginning
    cut_off(tab, False)
    reload(tab)
    assert told(tab, ".bx-picks") == struck
    press(tab, "To the end")
    assert told(tab, ".bx-ending") == verdict


def test_a_rung_is_passed_and_the_next_one_falls(tab: Chromium) -> None:
    cut_off(tab)
    press(tab, "Build one")
    press(tab, "Check: 20 stories")
    assert "was never answered" in told(tab, ".result")
    assert tab.ask("document.querySelectorAll('.bx-pane').length") == 1
    write(tab, solution_of(rung_named("1")))
    press(tab, "Check: 20 stories")
    assert told(tab, ".result").startswith("✓ rung 1 · Sell a seat: holds in 20 stories")
    tab.ask("URL.createObjectURL = (blob) => { window.saved = blob.text(); return '#'; }")
    press(tab, "Certificate")
    assert "1 of 11 rungs" in tab.ask("saved")
    press(tab, "Go on: rung 2, Two people, one seat")
    press(tab, "Check: 100 stories")
    assert "no seat is sold to two" in told(tab, ".result")
    press(tab, "optimistic concurrency control")  # a word of the glossary tells what it is
    assert "nobody locks" in told(tab, ".told")
    write(tab, solution_of(rung_named("2")))
    tab.ask("document.querySelector('[data-key=glance]').click()")
    tab.until("/of 25 stories/.test(document.querySelector('.counting')?.textContent)")
    tab.until(IDLE)
    assert "nothing is passed by this" in told(tab, ".result")
    assert tab.ask("document.querySelector('[data-key=\"rung 2\"]').textContent") == "2"
    assert tab.ask("localStorage.getItem('boxoffice-ladder')").count("async def handle") == 1


def test_mutants_are_killed_by_a_story_that_is_written_there(tab: Chromium) -> None:
    press(tab, "Kill mutants")
    press(tab, "two-at-once")
    press(tab, "Grade it")
    assert "no-unique-hold survives" in told(tab, ".result")
    assert tab.ask("document.querySelectorAll('.bx-pane').length") == 2
    write(tab, CHALLENGES["two-at-once"].solution.read_text(encoding="utf-8"))
    press(tab, "Grade it")
    assert "4 of 4 twins" in told(tab, ".result")
    write(tab, "import nothing_of_that_name")
    press(tab, "Grade it")
    assert "mine.py cannot be loaded: ModuleNotFoundError" in told(tab, "#status")


def test_what_is_told_of_challenges_and_twins_is_shown(tab: Chromium) -> None:
    verbs = [{"of": "Town", "call": "seller(name)", "says": "Return `name` as seller."}]
    one = {"name": "mine", "tier": "easy", "task": "Kill it.", "start": "", "verbs": verbs}
    listed = tab.ask(
        "import('./mutants.js').then(async ({ mutants }) => {"
        f"const ask = async () => ({{ challenges: [{json.dumps(one)}] }});"
        "const page = { tab: { ask }, doing: (what, work) => work(), show() {} };"
        "const room = mutants(page); await room.enter(); return room.element.textContent; })"
    )
    assert "What can be called" in listed
    assert "town.seller(name) Return name as seller." in listed

    # Of a defence that is gone its twin says when that shows, and which story is its own.
    twin = {"name": "gone", "defence": "d", "invariant": "i", "shows": "two meet", "story": "rush"}
    story = {"name": "rush", "summary": "Many come.", "twins": []}
    names = {"twins": [twin], "scenarios": [story], "invariants": [], "conditions": []}
    said = tab.ask(
        "import('./store.js').then(async ({ store }) => {"
        "sessionStorage.setItem('boxoffice-shop', JSON.stringify({ bug: 'gone' }));"
        "const ask = async () => ({ seconds: 0, now: '2030-01-01T00:00:00Z', runs: [] });"
        f"const page = {{ tab: {{ ask, life: 0 }}, names: {json.dumps(names)},"
        "doing: (what, work) => work(), show() {}, say() {} };"
        "const room = store(page); await room.enter(); sessionStorage.clear();"
        "return room.element.querySelector('.shows').textContent; })"
    )
    assert said == "Shows when two meet.See it in rush"


def test_in_the_editor_tab_indents_and_can_still_leave_it(tab: Chromium) -> None:
    press(tab, "Build one")
    write(tab, "async def handle(message, store, bus):")
    tab.press("Enter")
    tab.write("pass")
    code = "document.querySelector('textarea').value"
    assert tab.ask(code) == "async def handle(message, store, bus):\n    pass"
    key(tab, "Tab", 9)
    assert tab.ask(code).endswith("    pass    ")
    assert "    pass    " in tab.ask("localStorage.getItem('boxoffice-ladder')")
    tab.press("Escape")
    key(tab, "Tab", 9)
    assert tab.ask("document.activeElement.textContent").startswith("Check")

"""What happened is read in the tab: by keys from anywhere, by field, and on a narrow screen."""

import pytest

from tests.browser.chromium import HEIGHT, WIDTH, Chromium
from tests.browser.tabs import choose, press, told

pytestmark = pytest.mark.real

TOLD = "document.querySelector('.bx-told .bx-live').textContent"
SAID = "document.querySelector('.bx-live').textContent"
FOCUS = "document.querySelector('#room {}').focus()"


def sized(tab: Chromium, width: int) -> None:
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    tab.send("Emulation.setDeviceMetricsOverride", **size)


def test_v_leads_to_what_breaks_from_wherever_the_focus_is_but_a_text(tab: Chromium) -> None:
    press(tab, "Stories")
    choose(tab, "select[name=bug]", "no-holder-check")
    for where in ("button", "select[name=bug]"):
        tab.ask(FOCUS.format(where))
        tab.press("v")
        assert "proof of a violation" in tab.ask(SAID)
        tab.ask("document.querySelector('.bx-scroll').focus()")
        tab.press("Escape", "ArrowDown")
        assert "proof of a violation" not in tab.ask(SAID)
    tab.ask(FOCUS.format("input[name=seed]"))
    tab.press("v")
    assert "proof of a violation" not in tab.ask(SAID)

    tab.ask("document.querySelector('[data-tab=why]').click()")
    press(tab, "When did it become likely?")  # the same run, in the room that can be asked
    tab.until("document.querySelector('[data-ask=likely]')?.disabled")
    assert tab.ask("location.hash") == "#choose"
    assert "likely" in told(tab, ".bx-question .bx-hint")
    assert tab.ask("document.querySelectorAll('.bx-told .bx-curve li').length") > 2
    for where in ("#room select[name=bug]", "[data-ask=undo]"):
        tab.ask("document.querySelector('.bx-told .bx-scroll').focus()")
        tab.press("Escape", "ArrowDown")
        tab.ask(f"document.querySelector('{where}').focus()")
        tab.press("v")
        assert "proof of a violation" in tab.ask(TOLD)


def test_a_document_is_read_field_by_field_and_what_changed_is_marked(tab: Chromium) -> None:
    press(tab, "List it")
    choose(tab, "input[value=Ana]")
    press(tab, "Order Front row")
    press(tab, "Pay for Front row")
    fields = told(tab, ".bx-panel")
    assert "● payment.status" in fields
    assert "pending → paid" in fields
    assert "{" not in fields
    tab.ask("document.querySelector('[data-tab=state]').click()")
    tab.ask("document.querySelector('.bx-scroll').focus()")
    while "payment.status pending → paid" not in told(tab, ".bx-panel"):
        assert "first" not in tab.ask(SAID)
        tab.press("ArrowUp")
    assert "{" not in told(tab, ".bx-panel")

    sized(tab, 420)
    press(tab, "Stories")
    choose(tab, "select[name=bug]", "no-holder-check")
    cut = (
        "[...document.querySelectorAll('.bx-verdicts button')].filter((it) => {"
        "const [one, all] = [it, it.closest('.bx-verdicts')].map((a) => a.getBoundingClientRect());"
        "return one.bottom > all.bottom; })"
    )
    assert tab.ask(f"{cut}.length") == 0
    aside = "document.querySelector('.bx-aside.{}')"
    hidden = tab.ask(f"{aside.format('right')}.getAttribute('aria-label')")
    assert "expiration" in hidden
    assert tab.ask(f"{aside.format('left')}.hidden")
    tab.ask(f"{aside.format('right')}.click()")
    tab.until(f"{aside.format('right')}.hidden && !{aside.format('left')}.hidden")
    sized(tab, WIDTH)

"""The page of a shop that runs on this machine: bought from, looked at, and broken a little."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from boxoffice.real import CannotOpen
from boxoffice.real.broker import executable
from tests.browser.chromium import HEIGHT, Chromium
from tests.browser.test_access import TARGET_PX, tab
from tests.browser.test_axe import found
from tests.integration.opened import Up, eventually, up

pytestmark = pytest.mark.real

CONTROLS = """[...document.querySelectorAll(':is(body > header, #room) :is(button, select, input)')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility())"""
EMAIL = "ana@example.com"
PAGE = 50  # tickets in an answer


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    try:
        executable()
    except CannotOpen:
        pytest.skip("real: no nats-server")
    with up(tmp_path_factory.mktemp("up")) as opened:
        yield opened


def write(browser: Chromium, name: str, text: str) -> None:
    """Write into a field, in the place of what it holds, once it is there."""
    field = f"document.querySelector('[name={name}]')"
    browser.until(f"{field} !== null")
    browser.ask(f"{field}.focus(), {field}.select()")
    browser.write(text)


def press(browser: Chromium, name: str) -> None:
    """Press the button of that name, once it is there."""
    one = (
        "[...document.querySelectorAll('button')].find((it) => "
        f"[it.textContent, it.getAttribute('aria-label')].includes({json.dumps(name)}))"
    )
    browser.until(f"{one} !== undefined")
    browser.ask(f"{one}.click()")


def says(browser: Chromium, text: str, where: str = "#status") -> None:
    """Wait until something is said."""
    browser.until(f"document.querySelector('{where}').innerText.includes({json.dumps(text)})")


FINDS = """(() => {
  const it = document.querySelector('#stage input[type=search]');
  if (!it) return false;
  it.value = TEXT;
  it.dispatchEvent(new Event('input'));
  return document.querySelector('.bx-chain button') !== null;
})()"""


def drawn(browser: Chromium, text: str) -> None:
    """Wait until the explorer finds something among what it has drawn."""
    browser.until(FINDS.replace("TEXT", json.dumps(text)))


def has_drawn(browser: Chromium, text: str) -> bool:
    return bool(browser.ask(FINDS.replace("TEXT", json.dumps(text))))


def resized(browser: Chromium, width: int) -> None:
    size = {"width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
    browser.send("Emulation.setDeviceMetricsOverride", **size)


def visited(chromium: Chromium, url: str) -> None:
    chromium.turn_over()
    chromium.send("Network.clearBrowserCookies")
    chromium.visit(url)
    chromium.until("document.documentElement.dataset.ready === 'true'")


def signed_up(chromium: Chromium, shop: Up, email: str) -> None:
    visited(chromium, shop.page)
    write(chromium, "email", email)
    write(chromium, "password", "correct horse")
    press(chromium, "Sign up")


def test_a_ticket_is_bought_by_the_page_while_it_shows_what_the_services_say(
    chromium: Chromium, shop: Up
) -> None:
    visited(chromium, shop.page)
    drawn(chromium, "ticket A")  # Sue's
    assert chromium.ask("location.href") == f"{shop.url}/"  # the token is out of sight

    for width in (420, 1280):  # and everybody can use what there is at first
        resized(chromium, width)
        assert found(chromium) == []
        assert chromium.ask("document.documentElement.scrollWidth") <= width
    everything_is_reached(chromium)

    write(chromium, "email", EMAIL)
    write(chromium, "password", "correct horse")
    press(chromium, "Sign in")
    says(chromium, "Invalid credentials")
    press(chromium, "Sign up")
    says(chromium, f"You are {EMAIL}", "#room")
    press(chromium, "Order Front row")
    says(chromium, "ana orders Front row: ✓")
    drawn(chromium, "orders ticket A")
    says(chromium, "awaiting payment", "#room")
    [left] = re.findall(
        r"1[45]:\d\d left", chromium.ask("document.querySelector('#room').innerText")
    )
    chromium.until(f"!document.querySelector('#room').innerText.includes('{left}')")

    chromium.ask("document.querySelector('.faults input').focus()")
    chromium.press(" ")
    chromium.until("document.querySelector('.faults input').checked")
    chromium.ask("document.querySelector('[name=card]').value = 'tok_chargeDeclined'")
    chromium.ask("document.querySelector('[name=card]').dispatchEvent(new Event('change'))")
    press(chromium, "Pay for Front row")
    says(chromium, "ana pays for Front row: ✗ refused")
    assert not has_drawn(chromium, "passes over payment.created")
    chromium.ask("document.querySelector('[name=card]').value = 'tok_visa'")
    chromium.ask("document.querySelector('[name=card]').dispatchEvent(new Event('change'))")
    press(chromium, "Pay for Front row")
    says(chromium, "ana pays for Front row: ✓ paid")
    drawn(chromium, "passes over payment.created")
    says(chromium, "every message is delivered twice:", "#room")
    says(chromium, "complete", "#room")
    chromium.ask("document.querySelector('.faults input').click()")
    chromium.until("!document.querySelector('.faults').innerText.includes('so far')")

    for width in (420, 1280):
        resized(chromium, width)
        assert found(chromium) == []
        assert chromium.ask("document.documentElement.scrollWidth") <= width
    nothing_else_was_asked(chromium, shop)


def everything_is_reached(chromium: Chromium) -> None:
    """Go through the page with Tab."""
    heights = chromium.ask(
        f"{CONTROLS}.filter((one) => one.type !== 'checkbox')"
        ".map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= TARGET_PX
    chromium.ask(f"document.activeElement.blur(); window.left = new Set({CONTROLS})")
    for _ in range(chromium.ask("left.size")):
        tab(chromium)
        outline = chromium.ask(
            "left.delete(document.activeElement),"
            "parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
        )
        assert outline >= 2
    assert chromium.ask("[...left].map((one) => one.outerHTML)") == []


def nothing_else_was_asked(chromium: Chromium, shop: Up) -> None:
    asked = [it for it in chromium.asked if not it.startswith("data:")]
    assert {it.split("/")[2] for it in asked} == {shop.url.removeprefix("http://")}
    assert not any("look=" in it for it in asked)
    refused = re.compile(r"the server responded with a status of 4\d\d")
    assert [it for it in chromium.complaints if not refused.search(it)] == []


def test_who_edits_in_two_tabs_is_told_that_somebody_was_first(
    chromium: Chromium, shop: Up
) -> None:
    signed_up(chromium, shop, "ben@example.com")
    says(chromium, "You are ben", "#room")
    write(chromium, "title", "Balcony")
    press(chromium, "List it")
    says(chromium, "ben lists Balcony for $45.00: ✓")
    for number in (1, 2):
        press(chromium, "Edit in a tab: Balcony")
        says(chromium, f"in tab {number}: ✓")
    for place, told in ((0, "it is version 1 now"), (1, "✗ refused: ")):
        chromium.ask(f"document.querySelector('[data-key=\"save {place}\"]').click()")
        says(chromium, told)
    nothing_else_was_asked(chromium, shop)


def test_a_list_is_shown_to_its_end(chromium: Chromium, shop: Up) -> None:
    with httpx.Client(base_url=shop.url) as eve:
        eve.post("/api/users/signup", json={"email": "eve@example.com", "password": "a password"})
        for number in range(PAGE + 1):
            ticket = {"title": f"Chair {number}", "price": 1}
            assert eve.post("/api/tickets", json=ticket).status_code == 201
    visited(chromium, shop.url)
    says(chromium, "Chair 0 ", ".goods")
    says(chromium, f"Chair {PAGE}", ".goods")
    nothing_else_was_asked(chromium, shop)


def test_whoever_reads_is_not_disturbed_and_goes_on_when_they_want(
    chromium: Chromium, shop: Up
) -> None:
    visited(chromium, shop.page)
    drawn(chromium, "ticket A")
    chromium.ask("document.querySelector('.bx-chain button').click()")
    says(chromium, "Go on", "#follow")
    write(chromium, "email", "cat@example.com")
    write(chromium, "password", "correct horse")
    press(chromium, "Sign up")
    says(chromium, " new", "#follow")
    chromium.ask("document.querySelector('#follow').click()")
    says(chromium, "Stand still", "#follow")
    drawn(chromium, "cat")
    nothing_else_was_asked(chromium, shop)


def test_a_reload_looks_on_and_another_tab_without_the_token_has_the_storefront_alone(
    chromium: Chromium, shop: Up
) -> None:
    visited(chromium, shop.page)
    chromium.ask("window.before = true")
    chromium.send("Page.reload")
    chromium.until("!window.before && document.querySelector('.bx-scroll') !== null")
    visited(chromium, shop.url)
    says(chromium, "For sale", "#room")
    says(chromium, "for who opens the whole address", "#room")
    assert chromium.ask("document.querySelector('#stage').hidden")
    assert found(chromium) == []
    visited(chromium, f"{shop.url}/#look=another")
    says(chromium, "This address is of a shop that has closed")
    nothing_else_was_asked(chromium, shop)


def test_a_forgotten_password_is_set_anew_by_the_link_in_the_letter_that_is_shown(
    chromium: Chromium, shop: Up
) -> None:
    signed_up(chromium, shop, "dan@example.com")
    press(chromium, "Sign out")
    write(chromium, "email", "dan@example.com")
    press(chromium, "I have forgotten it")
    says(chromium, "a letter is on its way")
    assert eventually(lambda: "mail to dan@example.com" in shop.errors)
    says(chromium, "To dan@example.com", ".letters")
    chromium.ask("document.querySelector('.letters a').click()")
    chromium.until("location.pathname === '/api/users/reset-password'")
    write(chromium, "password", "another horse")
    chromium.ask("document.querySelector('button').click()")
    says(chromium, "Your new password is set", "[role=status]")
    chromium.ask("history.back()")
    says(chromium, "You are dan", "#room")  # who has set one is signed in
    nothing_else_was_asked(chromium, shop)


def test_time_runs_out_for_an_order_and_for_a_session(chromium: Chromium, tmp_path: Path) -> None:
    with up(tmp_path, "--speed", "100") as fast:  # nine seconds, and eighteen
        visited(chromium, fast.url)
        write(chromium, "email", EMAIL)
        write(chromium, "password", "correct horse")
        press(chromium, "Sign up")
        press(chromium, "Order Front row")
        says(chromium, "awaiting payment", "#room")
        says(chromium, "Front row cancelled", ".orders")
        says(chromium, "Your session is over: sign in again")
        says(chromium, "Your e-mail", "#room")
        nothing_else_was_asked(chromium, fast)


def test_a_page_of_somebody_elses_sees_nothing(chromium: Chromium, shop: Up, late: Path) -> None:
    token = shop.page.partition("#look=")[2]
    chromium.open(late.as_uri())
    for path in ("live/run", "live/faults"):
        asks = f"fetch('{shop.url}/{path}', {{ headers: {{ Authorization: 'Bearer {token}' }} }})"
        assert chromium.ask(f"{asks}.then(() => 'read', () => 'refused')") == "refused"
    chromium.turn_over()

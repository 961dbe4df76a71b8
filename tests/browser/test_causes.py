"""An event's past: lit in three strengths, told in two lists, and gone through with a click."""

import json
from typing import Any

import pytest

from tests.browser.chromium import Chromium
from tests.browser.stories import PANEL, chosen, over_an_event, saved, set_box

pytestmark = pytest.mark.real


def test_a_click_lights_the_past_and_shows_the_documents(page: Chromium) -> None:
    page.press("v")
    before = chosen(page)
    assert before.startswith("proof of a violation")
    page.click(*over_an_event(page, "tickets"))
    assert chosen(page) != before
    assert "How it came about" in page.ask(PANEL)
    assert page.ask("document.querySelectorAll('.bx-document .changed').length") > 0


def strengths(browser: Chromium) -> dict[str, int]:
    """Return how many marks and lines of the picture are drawn how strongly."""
    back = browser.ask(
        "getComputedStyle(document.querySelector('.bx')).getPropertyValue('--bx-back')"
    )
    [svg] = saved(browser, "svg").values()
    found: dict[str, int] = browser.ask(
        f"""(() => {{ const count = {{}};
        const doc = new DOMParser().parseFromString({json.dumps(svg)}, 'image/svg+xml');
        for (const one of doc.querySelectorAll('path[transform]')) {{
          const back = [one.getAttribute('fill'), one.getAttribute('stroke')].includes('{back}');
          const at = back ? 'back' : one.getAttribute('opacity') ?? '1';
          count[at] = (count[at] ?? 0) + 1; }}
        count.dotted = doc.querySelectorAll('path[stroke-dasharray="1.5 3"]').length;
        count.bows = doc.querySelectorAll('path[stroke-dasharray="1.5 3.5"]').length;
        return count; }})()"""
    )
    return found


def test_the_chain_the_basis_and_the_rest_are_drawn_unlike_each_other(page: Chromium) -> None:
    assert strengths(page)["dotted"] == 0
    page.press("v")
    shown = strengths(page)
    assert shown["1"] > 5
    assert shown["0.8"] > 5
    assert shown["back"] > 20
    assert shown["dotted"] >= 5
    assert shown["bows"] >= 3
    page.press("Enter")
    assert strengths(page)["dotted"] == 0


def test_what_a_proof_was_built_on_can_be_gone_to(page: Chromium) -> None:
    page.press("v")
    basis: list[list[Any]] = page.ask(
        "[...document.querySelectorAll('.bx-basis li')]"
        ".map((li) => [li.firstChild.textContent.trim(), "
        "[...li.querySelectorAll('button')].map((b) => b.textContent)])"
    )
    assert ["tickets.tickets: ticket A", ["v0", "v1", "v2", "v3", "v4"]] in basis
    before = chosen(page)
    page.ask("document.querySelector('[data-basis]').click()")
    assert chosen(page) != before


def test_a_decision_says_what_it_has_compared(page: Chromium) -> None:
    set_box(page, "[data-filter=kind]", "apply")
    page.press("ArrowDown")
    said = page.ask("document.querySelector('.bx-decided').textContent")
    assert said == (
        "v0 of ticket A was announced; orders.tickets: ticket A had applied none. "
        "One more than that: apply."
    )


def test_the_causal_past_of_a_proof_ends_where_a_person_asked(page: Chromium) -> None:
    page.press("v")
    chain = page.ask("[...document.querySelectorAll('.bx-chain')][0].innerText").split("\n")
    assert "Ana: cancels order 1" in chain[0]
    assert len(chain) > 3

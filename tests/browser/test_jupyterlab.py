"""The notebooks in JupyterLab, as a learner has them: opened, run from the menu, and clicked."""

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from scenarios.lab import EXERCISES
from scenarios.lab.jupyterlab import NOTEBOOKS
from tests.browser.chromium import Chromium
from tests.browser.jupyter import END_S, Lab, Notebook, middle, opened_lab
from tests.real.tiers import sampled

pytestmark = pytest.mark.real

NAMES = sorted(page.name for page in NOTEBOOKS.glob("*.ipynb"))
TWICE = next(name for name in NAMES if "twice" in name)
OUTPUTS = ".jp-OutputArea-output"
SLOW_PLUGIN = re.compile(r"Plugin \S+ \(with \d+ dependants\) took [0-9.]+ms to activate")
STREAM = ".jp-Cell:last-child .jp-RenderedText"


@pytest.fixture(scope="module")
def lab(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab that finds, before ours, a kernel of the same name that cannot start."""
    folder = tmp_path_factory.mktemp("lab")
    foreign = folder / "foreign/kernels/python3"
    foreign.mkdir(parents=True)
    kernel = {"argv": ["false"], "display_name": "Python 3 of somebody else", "language": "python"}
    (foreign / "kernel.json").write_text(json.dumps(kernel))
    with opened_lab(folder, JUPYTER_PATH=str(folder / "foreign")) as it:
        yield it


def kinds(notebook: Notebook) -> list[str | None]:
    """Return what each output is; JupyterLab gives a widget's no name."""
    found: list[str | None] = notebook.all(OUTPUTS, "(it) => it.dataset.mimeType ?? null")
    return found


def runs_drawn(name: str) -> int:
    """Return how many runs the committed notebook shows."""
    cells = json.loads((NOTEBOOKS / name).read_text())["cells"]
    shows = [it for it in cells if re.search(r"\bshow\(|attempt\(", "".join(it["source"]))]
    return sum(
        "".join(output["data"]["text/plain"]).count(", seed ") or 1  # two stand side by side
        for cell in shows
        for output in cell.get("outputs", ())
        if "image/svg+xml" in output.get("data", {})
    )


@pytest.mark.parametrize("name", sampled(NAMES, every=len(NAMES), real=4))
def test_a_notebook_begins_without_answers_and_shows_its_runs_live_when_it_is_run(
    chromium: Chromium, lab: Lab, name: str
) -> None:
    notebook = Notebook(chromium, lab, name)
    assert kinds(notebook) == []  # no answer before its question
    pictures = runs_drawn(name)
    assert pictures > 0
    notebook.run()
    shown = kinds(notebook)
    assert "application/vnd.jupyter.stderr" not in shown
    said: list[str] = notebook.all(OUTPUTS, "(it) => it.textContent")
    assert [it for it in said if re.search(r"\bError\b", it)] == []
    notebook.until(".bx .bx-pane canvas", f"({{length}}) => length === {pictures}")
    assert [
        it for it in chromium.asked if not it.startswith((address(lab), "data:", "blob:"))
    ] == []
    # That a plugin of its own took more than five seconds is said of a slow machine.
    assert [it for it in chromium.complaints if not SLOW_PLUGIN.search(it)] == []
    assert not chromium.ask("!!document.querySelector('.Toastify__toast')")  # such as news


def address(lab: Lab) -> str:
    return lab.url.partition("/lab/")[0]


def test_a_click_shows_an_event_with_its_documents_and_reaches_python(
    chromium: Chromium, lab: Lab
) -> None:
    notebook = Notebook(chromium, lab, TWICE)
    notebook.run()
    notebook.add("from boxoffice.views import explore\n\nshown = explore(broken)\nshown")
    widget = ".jp-Cell:last-child .bx"
    notebook.until(f"{widget} .bx-pane", "(all) => all.length === 1 && !!all[0].dataset.painted")
    documents = notebook.all(
        f"{widget} .bx-panel", "(it) => it.querySelectorAll('.bx-document').length"
    )
    assert documents == [0]
    click_down_the_lane_of(notebook, widget, "orders")
    assert "How it came about" in notebook.all(f"{widget} .bx-panel", "(it) => it.textContent")[0]
    notebook.add("print(shown.chosen)")
    notebook.until(STREAM, "([it]) => /^{'run': 0, 'event': [1-9]/.test(it?.textContent)")


CHOOSES = """from boxoffice import choose

late = choose("late-cancel", bug="no-holder-check")
late"""
ONE_CELL = {
    "cells": [
        {
            "id": "one",
            "cell_type": "code",
            "source": CHOOSES,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def test_what_happens_next_is_chosen_in_a_cell_and_its_kernel_plays_it(
    chromium: Chromium, lab: Lab
) -> None:
    (lab.folder / "choosing.ipynb").write_text(json.dumps(ONE_CELL))
    notebook = Notebook(chromium, lab, "choosing.ipynb")
    notebook.run()
    now, ways = ".bx-choose .bx-now", ".bx-choose .bx-ways"
    notebook.until(now, "([it]) => it?.textContent.includes('signs up')")
    for said in ("ticket.created", "order.created"):
        notebook.all(f"{ways} .bx-main", "(it) => it.click()")
        notebook.until(now, f"([it]) => it?.textContent.includes('{said}')")
    notebook.all(".bx-choose [data-ask^='pick:later:tickets']", "(it) => it.click()")
    notebook.until(".bx-choose .bx-picks li", "({length}) => length === 1")
    notebook.add("print(late.view['picks'][0]['faults'])")
    notebook.until(STREAM, "([it]) => it?.textContent.includes('delays(1.0')")


MENDED = """
def confirm(order):
    if order.status is not Status.CREATED:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


attempt("confirm", confirm)
"""


def test_what_was_passed_is_on_the_certificate_of_another_notebook(
    chromium: Chromium, lab: Lab
) -> None:
    notebook = Notebook(chromium, lab, NAMES[0])
    notebook.run()
    mended = notebook.write_anew('attempt("confirm"', MENDED.strip())
    notebook.until(f"{mended} .jp-RenderedMarkdown", "([it]) => /✓ confirm/.test(it?.textContent)")
    said = "".join(notebook.all(f"{mended} .jp-OutputArea", "(it) => it.textContent"))
    assert "200 of 200 seeds played" in said
    assert "✗" not in said
    assert notebook.all(f"{mended} .bx", "() => 0") == []
    other = Notebook(chromium, lab, NAMES[4])
    other.run()
    given = ".jp-Cell:last-child .jp-OutputArea img"
    drawn = "".join(other.all(given, "(it) => decodeURIComponent(it.src)"))
    assert f"1 of {len(EXERCISES)} exercises, 200 runs without a breach" in drawn


def click_down_the_lane_of(notebook: Notebook, widget: str, host: str) -> None:
    """Click in the canvas, lower and lower, until the panel shows a document."""
    notebook.chromium.ask(f"document.querySelector('{widget}').scrollIntoView()")
    heads = f"[...document.querySelectorAll('{widget} .bx-heads span')]"
    x, y = notebook.chromium.ask(middle(f"{heads}.find((it) => it.textContent === '{host}')"))
    for down in range(20, 400, 8):
        notebook.chromium.click(x, y + down)
        if notebook.all(f"{widget} .bx-document", "() => 0"):
            return
    pytest.fail(f"nothing on the lane of {host} shows a document")


def test_a_widget_follows_the_theme_of_jupyterlab(chromium: Chromium, lab: Lab) -> None:
    notebook = Notebook(chromium, lab, TWICE)
    notebook.run()
    paper = "(it) => getComputedStyle(it).backgroundColor"
    light = {*notebook.all(".bx", paper)}
    notebook.choose("Settings", "Theme", "JupyterLab Dark")
    chromium.until("document.body.dataset.jpThemeLight === 'false'")
    dark = {*notebook.all(".bx", paper)}
    notebook.choose("Settings", "Theme", "JupyterLab Light")
    chromium.until("document.body.dataset.jpThemeLight === 'true'")
    assert light == {*notebook.all(".bx", paper)}
    assert len(light) == len(dark) == 1
    assert light != dark


def test_ctrl_c_ends_jupyterlab_and_its_kernels_without_a_question(
    chromium: Chromium, tmp_path: Path
) -> None:
    with opened_lab(tmp_path) as lab:
        Notebook(chromium, lab, NAMES[0]).run()  # a kernel that has answered is there
        kernels = lab.kernels
        assert [kernel.cmdline()[0] for kernel in kernels] == [sys.executable]
        chromium.turn_over()
        assert lab.end() == os.EX_OK
        assert psutil.wait_procs(kernels, timeout=END_S)[1] == []
        said = "".join(lab.said).replace("?token=", "")
        assert [it for it in ("?", "WARNING", "Traceback") if it in said] == [], said

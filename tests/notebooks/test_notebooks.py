"""The notebooks run from top to bottom, and say what was committed."""

import re
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from pytest import fixture, mark

from scenarios.lab import EXERCISES

ROOM = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = sorted(ROOM.glob("*.ipynb"))
LARGEST = 250_000  # bytes of one notebook, pictures included
LARGEST_PICTURE = 50_000
CELL_LIMIT_S = 120
NUMBERED = re.compile(r"0x[0-9a-f]+|alt\.Chart\(.*\)", re.DOTALL)

# What another machine says otherwise: a widget's own number, and altair's, of itself.
KINDS = ("text/plain", "text/markdown", "image/svg+xml")


def read(page: Path) -> Any:
    return nbformat.read(page, as_version=4)  # type: ignore[no-untyped-call]


@fixture(params=PAGES, ids=lambda page: page.stem)
def page(request: Any) -> Path:
    found: Path = request.param
    return found


def said(notebook: Any) -> list[list[str]]:
    return [
        [_text(it) for it in cell.outputs] for cell in notebook.cells if cell.cell_type == "code"
    ]


def _text(output: Any) -> str:
    if output.output_type == "stream":
        return str(output.text) if output.name == "stdout" else ""
    data = output.get("data", {})
    return NUMBERED.sub("", "\n".join(str(data[kind]) for kind in KINDS if kind in data))


@mark.filterwarnings("default")
def test_a_notebook_says_what_was_committed(page: Path) -> None:
    committed, fresh = read(page), read(page)
    client = NotebookClient(fresh, timeout=CELL_LIMIT_S, resources={"metadata": {"path": ROOM}})
    client.execute()
    assert said(fresh) == said(committed)


def test_the_notebooks_climb_from_one_to_six() -> None:
    assert [page.name[:2] for page in PAGES] == ["01", "02", "03", "04", "05", "06"]


def test_a_notebook_is_small_enough_for_a_code_host(page: Path) -> None:
    assert page.stat().st_size < LARGEST
    pictures = [
        output.data["image/svg+xml"]
        for cell in read(page).cells
        for output in cell.get("outputs", [])
        if "image/svg+xml" in output.get("data", {})
    ]
    assert pictures
    assert max(map(len, pictures)) < LARGEST_PICTURE


def test_a_notebook_has_its_outputs(page: Path) -> None:
    cells = [cell for cell in read(page).cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in cells)
    assert sum(bool(cell.outputs) for cell in cells) > len(cells) // 2


def test_a_notebook_goes_from_a_prediction_to_one_sentence(page: Path) -> None:
    text = "\n".join(cell.source for cell in read(page).cells if cell.cell_type == "markdown")
    steps = ["## Predict", "## Run it whole", "## Turn on one fault", "## Find the cause",
             "## Mend it", "### Exercise", "## Take away"]  # fmt: skip
    places = [text.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)


def test_every_exercise_is_in_its_notebook() -> None:
    for name, exercise in EXERCISES.items():
        text = PAGES[exercise.notebook - 1].read_text(encoding="utf-8")
        assert f'attempt(\\"{name}\\"' in text

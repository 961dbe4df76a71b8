"""The notebooks run from top to bottom, and are committed as they come out."""

import ast
import builtins
import json
import re
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from pytest import MonkeyPatch, fixture, mark, raises

from scenarios.lab import EXERCISES
from scenarios.lab.chart import VEGALITE
from scenarios.lab.notebooks import CannotRun, executed, main
from scenarios.lab.stills import LIVE
from tests.real.tiers import sampled

ROOM = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = sorted(ROOM.glob("*.ipynb"))
LARGEST = 250_000  # bytes of one notebook, pictures included
LARGEST_PICTURE = 50_000
SVG = "image/svg+xml"
NOTHING = "\n    pass  # your lines\n"  # what is there to begin with


def stem(page: Path) -> str:
    return page.stem


@fixture(params=PAGES, ids=stem)
def page(request: Any) -> Path:
    found: Path = request.param
    return found


def cells(page: Path, kind: str = "code") -> list[dict[str, Any]]:
    found = json.loads(page.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in found if cell["cell_type"] == kind]


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def data(page: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the code of each cell that shows something, and what it shows."""
    for cell in cells(page):
        for output in cell["outputs"]:
            shown = output.get("data", {})
            yield source(cell), {kind: "".join(shown[kind]) for kind in shown if kind != VEGALITE}


# Nothing differs between machines and runs: what would is left out when a notebook is written.
@mark.filterwarnings("default")
@mark.parametrize(
    "page", sampled(reversed(PAGES), every=12, real=3), ids=lambda page: page.stem, indirect=True
)
def test_a_notebook_comes_out_as_it_was_committed(page: Path) -> None:
    same = executed(page) == page.read_text(encoding="utf-8")
    assert same, "it says something else now; read what, and run: make notebooks"


def test_the_notebooks_climb_without_a_gap() -> None:
    assert [int(page.name[:2]) for page in PAGES] == list(range(1, len(PAGES) + 1))


def test_a_notebook_leads_on_to_the_next() -> None:
    for page, following in pairwise(PAGES):
        assert f"]({following.name})" in source(cells(page, "markdown")[-1])


def test_a_notebook_is_small_enough_for_a_code_host(page: Path) -> None:
    pictures = [shown[SVG] for _, shown in data(page) if SVG in shown]
    assert page.stat().st_size < LARGEST
    assert max(len(picture.encode()) for picture in pictures) < LARGEST_PICTURE


def test_every_run_and_every_chart_has_a_picture_that_needs_no_script(page: Path) -> None:
    shows = re.compile(r"\bshow\(|_chart\(")
    drawn = [shown for code, shown in data(page) if shows.search(code) and shown]
    explored = [shown for code, shown in data(page) if "attempt(" in code and SVG in shown]
    assert drawn
    number = int(page.name[:2])
    tasks = [it for it in EXERCISES.values() if it.notebook == number]
    assert len(explored) == sum(not getattr(it, "is_told", False) for it in tasks)
    for shown in [*drawn, *explored]:
        # A viewer would take HTML before the picture, and leave it blank without its scripts.
        assert set(shown) <= {SVG, "text/plain"}
        assert shown[SVG].startswith("<svg ")
        assert "<script" not in shown[SVG]


def test_every_chart_has_a_slider_over_what_its_panels_show() -> None:
    found = 0
    for page in PAGES:
        for cell in cells(page):
            for output in cell["outputs"]:
                if spec := output.get("data", {}).get(VEGALITE):
                    picture = "".join(output["data"][SVG])
                    (slider,) = [it["bind"] for it in spec["params"] if "bind" in it]
                    assert slider["input"] == "range"
                    assert f"{slider['name'].strip()}: {slider['min']:g}<" in picture
                    assert f"{slider['name'].strip()}: {slider['max']:g}<" in picture
                    found += 1
    assert found == 3


def test_a_notebook_has_its_outputs(page: Path) -> None:
    numbers = [cell["execution_count"] for cell in cells(page)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert LIVE not in page.read_text(encoding="utf-8")


def test_a_notebook_goes_from_a_prediction_to_one_sentence(page: Path) -> None:
    text = "\n".join(source(cell) for cell in cells(page, "markdown"))
    steps = ["## Predict", "## Run it whole", "## Turn on one fault", "## Find the cause",
             "## Mend it", "### Exercise", "## Take away"]  # fmt: skip
    places = [text.find(step) for step in steps]
    assert -1 not in places
    assert places == sorted(places)


def test_every_exercise_is_in_its_notebook() -> None:
    for name, exercise in EXERCISES.items():
        text = PAGES[exercise.notebook - 1].read_text(encoding="utf-8")
        assert f'attempt(\\"{name}\\"' in text


def test_every_task_is_a_text_to_read() -> None:
    for exercise in EXERCISES.values():
        page = PAGES[exercise.notebook - 1]
        read = " ".join(" ".join(source(it) for it in cells(page, "markdown")).split())
        head, *rest = (" ".join(line.split()) for line in exercise.task.splitlines())
        assert f"**The task.** {head}" in read
        assert [line for line in rest if line not in read] == []
        assert not any("EXERCISES" in source(it) for it in cells(page))


def test_who_only_runs_the_cells_passes_nothing(page: Path) -> None:
    *_, last = cells(page)
    assert source(last) == "certificate()"
    [shown] = [output["data"] for output in last["outputs"]]
    assert shown["text/plain"][0] == f"0 of {len(EXERCISES)} exercises passed.\n"
    graded = [
        source(it)
        for it in cells(page)
        if re.search(r"^(attempt|kill)\(", source(it), re.MULTILINE)
    ]
    assert graded
    tried = [it for it in cells(page) if "attempt(" in source(it)]
    signs = [
        "".join(output["data"]["text/plain"])[0]
        for it in tried
        for output in it["outputs"]
        if "text/markdown" in output.get("data", {})
    ]
    assert signs == ["✗"] * len(tried)
    for it in cells(page):
        if re.search(r"^kill\(", source(it), re.MULTILINE):
            *_, output = it["outputs"]  # below how far it is
            assert "○ not yet" in "".join(output["data"]["text/plain"])


def test_what_is_to_be_mended_needs_no_other_answer(page: Path) -> None:
    given = set(dir(builtins))
    for written in map(source, cells(page)):
        used, bound = names(written)
        if re.search(r"^(attempt|kill)\(", written, re.MULTILINE):
            assert used - bound - given == set()
        else:
            given |= bound


def names(written: str) -> tuple[set[str], set[str]]:
    """Return the names that some code uses, and those that it gives to something."""
    nodes = [*ast.walk(ast.parse(written))]
    used = {it.id for it in nodes if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Load)}
    bound = {it.id for it in nodes if isinstance(it, ast.Name) and isinstance(it.ctx, ast.Store)}
    bound |= {it.arg for it in nodes if isinstance(it, ast.arg)}
    bound |= {(it.asname or it.name).partition(".")[0] for it in nodes if isinstance(it, ast.alias)}
    made = ast.AsyncFunctionDef | ast.ClassDef | ast.FunctionDef
    return used, bound | {it.name for it in nodes if isinstance(it, made)}


def test_a_hint_is_told_to_who_asks_for_it_and_nothing_stands_below_an_answer(page: Path) -> None:
    """What a right answer would not replace is stale: hints and stories of a wrong one."""
    for it in cells(page):
        assert "hint(" not in source(it)
        assert "explore()" not in source(it)
        if "attempt(" in source(it):
            assert source(it).endswith(", hints=0)")
            shown = [output.get("data", {}) for output in it["outputs"]]
            [said] = ["".join(data["text/markdown"]) for data in shown if "text/markdown" in data]
            # Of what is not begun there is nothing to hint at but that.
            begun = NOTHING not in source(it)
            assert "Stuck? Write `hints=1`" in said or ("returned `None`" in said and not begun)
    assert "Not quite" not in page.read_text(encoding="utf-8")


def test_from_the_eighth_on_one_exercise_begins_with_nothing() -> None:
    for page in PAGES[7:]:
        assert any("attempt(" in source(it) and NOTHING in source(it) for it in cells(page))


@mark.parametrize("page", [PAGES[0], *PAGES[7:]], ids=stem, indirect=True)
def test_the_first_run_is_a_broken_one_and_comes_before_anything_is_explained(page: Path) -> None:
    notebook = json.loads(page.read_text(encoding="utf-8"))
    title, first, *_ = notebook["cells"]
    assert len(source(title)) < 300
    assert "".join(first["outputs"][0]["text"]).startswith("✗ violated")


def test_a_prediction_is_taken_before_the_run_and_held_against_it_afterwards(page: Path) -> None:
    code = [source(it) for it in cells(page)]
    taken = {found[1]: at for at, it in enumerate(code)
             if (found := re.search(r"^(\w+) = predict\(\.\.\.", it, re.MULTILINE))}  # fmt: skip
    assert taken
    for name, at in taken.items():
        [went] = [other for other, it in enumerate(code) if f"{name}.went(" in it]
        assert went >= at


# --- the command that writes them back ------------------------------------------------------------


def written(folder: Path, *code: str) -> Path:
    """Write a notebook of these cells."""
    made = [
        {"cell_type": "code", "id": f"c{at}", "metadata": {"trusted": True}, "source": it,
         "execution_count": 7, "outputs": []}
        for at, it in enumerate(code)
    ]  # fmt: skip
    page = folder / "page.ipynb"
    notebook = {"cells": made, "metadata": {"widgets": {}}, "nbformat": 4, "nbformat_minor": 5}
    page.write_text(json.dumps(notebook), encoding="utf-8")
    return page


@mark.filterwarnings("default")
def test_what_only_one_run_knows_is_not_written(tmp_path: Path) -> None:
    live = "import warnings\nwarnings.warn('mind the gap')\n"
    live += f"display({{'text/plain': 'w', {LIVE!r}: {{'model_id': 'x'}}}}, raw=True)"
    page = written(tmp_path, live, "'kept'")
    text = executed(page)
    shown, kept = (cell["outputs"] for cell in json.loads(text)["cells"])
    assert [output["data"] for output in shown] == [{"text/plain": ["w"]}]
    assert [output["data"] for output in kept] == [{"text/plain": ["'kept'"]}]
    page.write_text(text, encoding="utf-8")
    assert executed(page) == text


@mark.filterwarnings("default")
def test_what_is_printed_in_pieces_is_written_as_one(tmp_path: Path) -> None:
    page = written(tmp_path, "for number in range(3):\n    print(number, flush=True)")
    [cell] = json.loads(executed(page))["cells"]
    assert [output["text"] for output in cell["outputs"]] == [["0\n", "1\n", "2\n"]]


@mark.filterwarnings("default")
def test_a_notebook_that_fails_is_told_in_one_line_and_left_as_it_is(
    tmp_path: Path, capsys: Any
) -> None:
    page = written(tmp_path, "1", "1 / 0")
    before = page.read_bytes()
    assert main([str(page)]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told == ["page.ipynb, cell c1 fails: ZeroDivisionError: division by zero"]
    assert page.read_bytes() == before


# A socket's path may have about a hundred bytes, and TMPDIR is the machine's.
@mark.filterwarnings("default")
def test_where_temporary_files_are_may_have_a_long_name(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    there = tmp_path / ("a-long-name-" * 10)
    there.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(there))
    [cell] = json.loads(executed(written(tmp_path, "'here'")))["cells"]
    assert [output["data"] for output in cell["outputs"]] == [{"text/plain": ["'here'"]}]
    assert list(there.iterdir()) == []


def test_what_is_no_notebook_is_refused_by_name(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.ipynb").write_text("not JSON", encoding="utf-8")
    with raises(CannotRun, match=r"notes\.ipynb is no notebook"):
        executed(Path("notes.ipynb"))
    with raises(CannotRun, match=r"absent\.ipynb is no notebook"):
        executed(Path("absent.ipynb"))

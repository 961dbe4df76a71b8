"""The warehouse, played from the engine's wheel: sound it passes, and each mistake is found."""

import shlex
from collections.abc import Callable
from subprocess import CompletedProcess

from pytest import ExitCode, mark, param

from tests.examples.conftest import EXAMPLE
from tests.house import tree
from tests.packaging.environments import Environment
from tests.real.tiers import sampled

SEEDS = ("test_warehouse.py", "--boxoffice-seeds", "2", "-p", "no:cacheprovider")
AGAIN = "see it again: pytest "


def shown(breach: str) -> list[str]:
    """Return what the tutorial shows of a failure."""
    page = (tree.ROOT / "docs" / "your-own-services.md").read_text(encoding="utf-8")
    _, _, block = page.partition(f"```text\n{breach}\n")
    assert block
    return block.partition("\n```\n")[0].splitlines()


def failures(run: CompletedProcess[str]) -> list[str]:
    """Return the lines of a failed run, without pytest's own list of what has failed."""
    assert run.returncode == ExitCode.TESTS_FAILED, run.stdout + run.stderr
    _, _, told = run.stdout.partition(" FAILURES ")
    return told.partition(" short test summary info ")[0].splitlines()[1:-1]


def test_the_test_of_the_example_has_less_than_60_lines() -> None:
    lines = (EXAMPLE / "test_warehouse.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 60


@mark.parametrize(("module", "function"), [("inventory", "take"), ("courier", "ship")])
def test_a_first_draft_differs_in_one_function(module: str, function: str) -> None:
    draft, mended = (
        (EXAMPLE / folder / f"{module}.py")
        .read_text(encoding="utf-8")
        .split(f"async def {function}(")
        for folder in ("first_draft", "src/warehouse")
    )
    assert without_imports(draft[0]) == without_imports(mended[0])
    assert draft[1] != mended[1]


def without_imports(text: str) -> list[str]:
    return [line for line in text.split("\n") if line and not line.startswith(("import ", "from "))]


def test_the_engine_is_the_wheels(copied: Callable[..., Environment]) -> None:
    said = copied().run("python", "-c", "import boxoffice; print(boxoffice.__file__)")
    assert str(tree.ROOT) not in said.stdout
    assert "site-packages" in said.stdout


def test_the_sound_example_passes(copied: Callable[..., Environment]) -> None:
    run = copied().run("pytest", *SEEDS)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout
    assert "2 passed" in run.stdout


MISTAKES = [
    param(
        "inventory",
        "violated: not-negative: -1 left of book",
        "  ✗ 00:00.208  mongo  inventory.stock book: left 0 → -1, ",
        id="looks-before-it-takes",
    ),
    param(
        "courier",
        "violated: shipped: never shipped: r0",
        "  at the end, 00:06.824",
        id="remembers-before-it-ships",
    ),
]


@mark.parametrize(("module", "breach", "moment"), sampled(MISTAKES, every=2))
def test_a_mistake_is_found_and_the_last_line_replays_it(
    copied: Callable[..., Environment], module: str, breach: str, moment: str
) -> None:
    there = copied(module)
    told = failures(there.run("pytest", *SEEDS))
    first = told[: told.index("_" * 35 + " a-day[1] " + "_" * 35)]
    assert first[0].strip("_") == " a-day[0] "
    assert first[1] == breach
    assert any(line.startswith(moment) for line in first)
    lines = iter(first)
    assert [line for line in shown(breach) if line not in lines] == []  # in this order
    assert first[-2] == "see what happened: reports/test_warehouse.py-a-day-0.html"
    assert (there.folder / "reports" / "test_warehouse.py-a-day-0.html").exists()
    again = there.run("pytest", *shlex.split(first[-1].removeprefix(AGAIN)))
    assert failures(again) == first

"""`boxoffice run FILE.py::STORY`: a story of anybody's, by where it stands."""

from pathlib import Path

from pytest import fixture, raises

from scenarios import cli
from tests.engine.commands import runner

SHELVES = Path(__file__).parents[1] / "engine" / "search" / "shelves.py"
RUMMAGE = f"{SHELVES}::rummage"


@fixture
def boxoffice(monkeypatch, capsys):
    return runner(cli.main, monkeypatch, capsys)


def test_a_story_of_a_file_is_played_and_told(boxoffice):
    status, said, _ = boxoffice("run", RUMMAGE, "--seed", 1)
    assert status == 0
    assert "rummage · defence in place · seed 1 · holds" in said


def test_with_its_own_twin_and_any_fault(boxoffice):
    broken = ("--bug", "looks-first", "--fault", "slow_calls(0.1, share=0.5)")
    status, said, _ = boxoffice("run", RUMMAGE, "--seed", 8, *broken)
    assert status == 0
    assert "defence removed: looks-first · seed 8" in said
    assert "late" in said


def test_what_is_mistyped_is_told_with_what_comes_near(boxoffice):
    status, _, said = boxoffice("run", RUMMAGE[:-1])
    assert status == 2
    assert said.count("\n") == 1
    assert "did you mean 'rummage'?" in said


def test_no_other_target_has_its_services(boxoffice):
    status, _, said = boxoffice("run", RUMMAGE, "--target", "local")
    assert (status, said) == (
        2,
        f"boxoffice: {RUMMAGE} is played in sim alone: no other target has its services\n",
    )


def test_an_error_of_its_own_is_a_line_with_its_place_and_how_to_see_more(boxoffice, tmp_path):
    (tmp_path / "broken.py").write_text(
        "from boxoffice import System\n"
        "broken = System('broken')\n"
        "@broken.story\n"
        "async def falls(world):\n"
        "    raise LookupError('a typing error')\n"
    )
    status, _, said = boxoffice("run", f"{tmp_path}/broken.py::falls")
    assert status == 1
    assert "falls ends with LookupError: a typing error (broken.py:5)" in said
    token = said.split("boxoffice replay --traceback ")[1].split()[0]
    with raises(LookupError, match="a typing error"):
        boxoffice("replay", "--traceback", token)

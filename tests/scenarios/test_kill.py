"""`boxoffice kill`: who writes a story or facts is graded by the twins that these give away."""

import re
from pathlib import Path

from pytest import fixture, mark

from scenarios import cli
from scenarios.kill import challenges, notebook
from scenarios.kill.challenges import CHALLENGES
from scenarios.kill.grading import grade_file
from scenarios.kill.notebook import kill
from scenarios.kill.solutions import two_at_once
from scenarios.kill.verbs import verbs
from tests.engine.commands import runner
from tests.real.tiers import nightly, sampled, unhurried

QUICK = [name for name, it in CHALLENGES.items() if it.by == "story"]

WRONG = {
    "says-nothing": ("strangers", "", "there are no stories"),
    "untrue": (
        "strangers",
        "assert town.holder(seat) is None, 'nobody has it'",
        "the shop as it is fails story (my-story, seed 0): nobody has it",
    ),
    "raises": ("strangers", "town.nobody()", "has no attribute 'nobody' ("),
}
FALLS = """
from scenarios.kill import fact

@fact
def nothing_is_sold(end):
    assert not end.charges, "something is"
"""
MISTYPED = FALLS.replace("end.charges", "end.charge")


@fixture
def boxoffice(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    return runner(cli.main, monkeypatch, capsys)


@mark.parametrize("name", sampled(QUICK, every=2))
def test_a_solution_is_enough(name):
    graded = grade_file(CHALLENGES[name], CHALLENGES[name].solution)
    assert graded.passed, graded


@nightly
def test_so_are_facts():
    graded = grade_file(CHALLENGES["money"], CHALLENGES["money"].solution)
    assert graded.killed == len(graded.kills)


@mark.parametrize("name", sampled(reversed(QUICK), every=2))
def test_what_everybody_begins_with_gives_nobody_away(name, tmp_path):
    begun = tmp_path / "begun.py"
    begun.write_text(CHALLENGES[name].starter)
    graded = grade_file(CHALLENGES[name], begun)
    assert not graded.complaint
    assert not graded.passed


@mark.parametrize(("name", "line", "said"), WRONG.values(), ids=WRONG)
def test_what_is_not_so_of_the_shop_as_it_is_is_graded_in_no_way(name, line, said, tmp_path):
    begun = tmp_path / "begun.py"
    text = CHALLENGES[name].starter + f"    {line}\n"
    begun.write_text(text if line else "seat = 1\n")
    graded = grade_file(CHALLENGES[name], begun)
    assert said in graded.complaint
    assert not graded.passed


@mark.parametrize(("text", "said"), [(FALLS, "something is"), (MISTYPED, "'charge'")])
def test_nor_are_facts_that_fall(text, said, tmp_path):
    begun = tmp_path / "facts.py"
    begun.write_text(text)
    assert said in grade_file(CHALLENGES["money"], begun).complaint


@unhurried
def test_facts_are_judged_by_what_they_notice_themselves(tmp_path):
    begun = tmp_path / "facts.py"
    begun.write_text(CHALLENGES["money"].starter)
    challenge = challenges.Challenge("money", "easy", "facts", 1, ("amount-by-float",))
    graded = grade_file(challenge, begun)
    assert [(it.by, bool(it.case)) for it in graded.kills] == [("", True)]


def test_a_cell_is_graded_as_a_file_is():
    graded = kill("two-at-once", two_at_once.two_buyers_and_two_tabs)
    assert graded.passed
    assert "✓ blind-write: " in repr(graded)
    assert graded.explore() == "Nobody survives, so that nothing is drawn."

    async def undecorated(town):
        pass

    assert "undecorated lacks its decorator: there are no stories" in repr(
        kill("two-at-once", undecorated)
    )


@mark.parametrize("does", ["assert n <= 5, 'asked again'", "1 / (n <= 5)"])
def test_what_goes_by_how_often_it_is_asked_gives_nobody_away(does, tmp_path):
    counts = tmp_path / "counts.py"
    asked = f"    global n\n    n += 1\n    {does}\n"
    counts.write_text(f"{CHALLENGES['two-at-once'].starter}{asked}\n\nn = 0\n")
    graded = grade_file(CHALLENGES["two-at-once"], counts)
    assert graded.killed == 0
    assert "but played again " in str(graded)


# --- the command ------------------------------------------------------------------------------


def test_the_challenges_are_listed_a_line_each(boxoffice):
    status, said, _ = boxoffice("kill")
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()[:-1]] == list(CHALLENGES)
    assert max(map(len, said.splitlines())) <= 80


@mark.parametrize("name", CHALLENGES)
def test_each_has_a_page_with_its_twins(boxoffice, name):
    status, said, _ = boxoffice("kill", name)
    assert status == 0
    assert all(it in said for it in CHALLENGES[name].names)


def test_a_file_that_is_not_there_is_begun_and_then_graded_and_never_overwritten(boxoffice):
    status, said, _ = boxoffice("kill", "two-at-once", "mine.py")
    assert status == 0
    assert "boxoffice kill two-at-once mine.py" in said
    before = Path("mine.py").read_text()
    status, said, _ = boxoffice("kill", "two-at-once", "mine.py", "--html", "left.html")
    assert status == 1
    assert "✗ blind-write survives; it lacks this: an edit is written only upon" in said
    assert "not yet · two-at-once: 0 of 4 twins, 4 are enough" in said
    assert Path("mine.py").read_text() == before
    assert "blind-write" in Path("left.html").read_text()


@mark.parametrize(
    ("words", "said"),
    [
        (("monney",), "did you mean 'money'?"),
        (("money", "nowhere/facts.py"), "there is no folder nowhere"),
        (("money", "broken.py"), "broken.py:1: "),
        (("money", "endless.py"), "one step has used"),
    ],
)
def test_what_is_mistyped_is_told_in_a_line(boxoffice, monkeypatch, words, said):
    Path("broken.py").write_text("def (:\n")
    Path("endless.py").write_text("while True: pass\n")
    monkeypatch.setattr("boxoffice.clock.busy.BUSY_S", 0.1)
    status, _, err = boxoffice("kill", *words)
    assert status == 2
    assert said in err
    assert err.count("\n") == 1


def test_what_is_not_there_is_called_as_the_learner_calls_it_and_what_was_meant_is_said(tmp_path):
    begun = tmp_path / "mine.py"
    begun.write_text(CHALLENGES["strangers"].starter + "    await town.pases(3)\n")
    said = grade_file(CHALLENGES["strangers"], begun).complaint
    assert said.endswith(
        "AttributeError: 'Town' object has no attribute 'pases' (mine.py:15); "
        "did you mean 'passes'?"
    )


def test_what_is_found_has_the_names_that_pictures_have(tmp_path):
    graded = grade_file(CHALLENGES["two-at-once"], CHALLENGES["two-at-once"].solution)
    said = " ".join(it.said for it in graded.kills)
    assert "ticket A: " in said
    assert not re.search(r"\b[0-9a-f]{6}\b", said)


def test_the_beginning_of_what_a_file_prints_is_told(tmp_path):
    begun = tmp_path / "mine.py"
    begun.write_text(
        CHALLENGES["strangers"].starter + "    print('x' * 1_000_000)\n    town.no()\n"
    )
    said = str(grade_file(CHALLENGES["strangers"], begun))
    assert "\nit printed:\n  xxx" in said
    assert len(said) < 1_000


def test_whatever_a_solution_calls_is_listed():
    listed = {it["call"].partition("(")[0] for name in QUICK for it in verbs(CHALLENGES[name])}
    said = "".join(CHALLENGES[name].solution.read_text() for name in QUICK)
    called = set(re.findall(r"\b(?:town|sue|ana|ben|seller|buyer)\.(\w+)\(", said))
    assert "together" in called
    assert called <= listed
    assert all(it["says"] for it in verbs(CHALLENGES["money"]))


def test_what_may_be_called_is_listed_with_the_task_and_fits_a_terminal(boxoffice):
    status, said, _ = boxoffice("kill", "strangers")
    assert status == 0
    assert "\n  town.passes(seconds=0.0, minutes=0.0)\n" in said
    assert "\n  buyer.pays(order, token='tok_visa')\n" in said
    assert "\n  seller.saves(tab, **changed)\n" in said
    assert max(map(len, said.splitlines())) <= 80
    assert "town.passes(" in repr(notebook.verbs("strangers"))

"""`boxoffice learn`, as somebody uses it in an empty folder."""

from importlib.metadata import entry_points

from pytest import fixture, mark
from typer.testing import CliRunner

from scenarios.cli import app
from scenarios.learn import command
from scenarios.learn.pages import page_of, solution_of
from scenarios.learn.rungs import RUNGS
from tests.scenarios.learn import answers


@fixture
def learn(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words):
        return CliRunner().invoke(app, ["learn", *words])

    return run


def test_it_begins_with_an_empty_file_and_overwrites_none(learn, tmp_path):
    assert "▸ 1   Sell a seat" in learn().stdout
    assert "boxoffice learn start" in learn().stdout
    learn("start")
    (tmp_path / "shop.py").write_text("# mine\n", encoding="utf-8")
    assert "is there already, and stays as it is" in learn("start").stdout
    assert (tmp_path / "shop.py").read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / ".boxoffice" / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_what_start_writes_falls_because_it_answers_nobody(learn):
    learn("start")
    said = learn("check", "1")
    assert said.exit_code == 1
    assert "✗ rung 1 · Sell a seat: falls in story 1" in said.stdout
    assert "was never answered" in said.stdout
    assert "next: boxoffice learn hint 1" in said.stdout


def test_a_rung_that_is_passed_leads_to_the_next(learn, tmp_path):
    (tmp_path / "shop.py").write_text(solution_of(RUNGS[0]), encoding="utf-8")
    said = learn("check")
    assert said.exit_code == 0, said.output
    assert "✓ rung 1 · Sell a seat: holds in 20 stories" in said.stdout
    now = learn().stdout
    assert "✓ 1   Sell a seat\n▸ 2   Two people, one seat" in now
    assert "Rung 2: two people, one seat" in now
    # With fewer stories than the bar has, nothing is passed.
    (tmp_path / "shop.py").write_text(solution_of(RUNGS[1]), encoding="utf-8")
    few = learn("check", "2", "--seeds", "2")
    assert few.exit_code == 0
    assert "The bar is 100 stories" in few.stdout
    assert "▸ 2" in learn().stdout


def test_a_file_alone_is_checked_on_the_next_rung(learn, tmp_path):
    (tmp_path / "mine.py").write_text(solution_of(RUNGS[0]), encoding="utf-8")
    assert "✓ rung 1" in learn("check", "mine.py").stdout
    assert "✗ rung 2" in learn("check").stdout  # which remembers the file


def test_who_breaks_a_lower_rung_falls_there_and_is_back_on_it(learn, tmp_path):
    shop = tmp_path / "shop.py"
    shop.write_text(solution_of(RUNGS[0]), encoding="utf-8")
    learn("check")
    shop.write_text((answers.HERE / "wrong" / "silent.py").read_text(), encoding="utf-8")
    said = learn("check", "2", "shop.py")
    assert "✗ rung 1 · Sell a seat, below rung 2: falls" in said.stdout
    assert "shop.py has to pass again: 1" in said.stdout
    assert "▸ 1" in learn().stdout


def test_another_file_that_falls_takes_nothing_away(learn, tmp_path):
    (tmp_path / "shop.py").write_text(solution_of(RUNGS[0]), encoding="utf-8")
    learn("check")
    wrong = answers.HERE / "wrong" / "silent.py"
    assert "has to pass again" not in learn("check", "1", str(wrong)).stdout
    assert "▸ 2" in learn().stdout
    assert "✗ rung 2" in learn("check").stdout, "of shop.py, as before"


def test_there_are_three_hints_one_after_another(learn):
    assert [learn("hint", "3b").stdout.splitlines()[0] for _ in range(4)] == [
        "rung 3b, hint 1 of 3 (ask again for the next):",
        "rung 3b, hint 2 of 3 (ask again for the next):",
        "rung 3b, hint 3 of 3 (the last one):",
        "rung 3b, hint 3 of 3 (the last one):",
    ]


@mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_each_rung_has_a_page_three_hints_and_words_of_the_field(rung):
    page = page_of(rung)
    assert len(page.hints) == 3
    assert all(page.hints)
    for part in ("What happens here", "In a real system", f"# Rung {rung.name}: "):
        assert part in page.task
    assert "notebooks/glossary.md" in page.task


def test_a_page_fits_80_columns(learn):
    for rung in RUNGS:
        assert max(map(len, learn("task", rung.name).stdout.splitlines())) <= 80


def test_the_smallest_story_is_drawn_on_demand(learn, tmp_path):
    wrong = answers.HERE / "wrong" / "looks_then_writes.py"
    said = learn("check", "2", str(wrong), "--html", "story.html")
    assert "the picture: story.html" in said.stdout
    assert "no-double-sale" in (tmp_path / "story.html").read_text(encoding="utf-8")


def test_a_file_that_is_watched_is_checked_whenever_it_is_saved(learn, tmp_path, monkeypatch):
    learn("start")
    looks = []

    class Saving:
        def wait(self, seconds):
            looks.append(seconds)
            if len(looks) == 2:  # the first look finds it as it was
                file.write_text(solution_of(RUNGS[0]), encoding="utf-8")
            if len(looks) == 3:
                raise KeyboardInterrupt

    file = tmp_path / "shop.py"
    monkeypatch.setattr(command, "Event", Saving)
    said = learn("check", "1", "--watch").stdout
    assert said.index("✗ rung 1") < said.index("is watched") < said.index("✓ rung 1")
    assert len(looks) == 3


def test_the_command_is_one_of_the_installed_ones():
    commands = {it.name for it in entry_points(group="boxoffice.commands")}
    assert "learn" in commands


def test_misuse_is_told_by_name(learn):
    for words in (["check", "3d"], ["task", "10"], ["check", "1", "none.py"]):
        assert learn(*words).exit_code != 0
    assert "there is no rung '3d'; there are 1, 2, 3a" in str(learn("task", "3d").exception)
    assert "there is no file none.py" in str(learn("check", "1", "none.py").exception)
    assert "/dev/zero is no file" in str(learn("check", "1", "/dev/zero").exception)


@mark.parametrize("damaged", ["", "{", '{"of": 3, "hints": {}, "file": "shop.py"}'])
def test_what_is_damaged_is_put_aside_and_told(learn, tmp_path, damaged):
    learn("start")
    kept = tmp_path / ".boxoffice" / "learn.json"
    kept.write_text(damaged)
    said = learn("hint", "1")
    assert said.exit_code == 0
    assert (
        "learn.json is damaged: it is kept as learn.json.damaged-1, and begun anew" in said.stderr
    )
    assert kept.with_name("learn.json.damaged-1").read_text() == damaged
    assert "damaged" not in learn().stderr


def test_the_words_of_the_field_are_where_it_says(learn, tmp_path):
    *_, where = (line for line in learn().stdout.splitlines() if "field's words: " in line)
    assert (tmp_path / where.partition(": ")[2]).read_text().startswith("# ")


def test_what_is_saved_while_a_check_goes_on_is_not_missed(learn, tmp_path, monkeypatch):
    learn("start")
    checks = []

    class Waiting:
        def wait(self, seconds):
            raise AssertionError("it has changed already")

    def checked(*_):
        checks.append(len(checks))
        if len(checks) == 2:
            raise KeyboardInterrupt
        (tmp_path / "shop.py").write_text("# saved meanwhile\n", encoding="utf-8")

    monkeypatch.setattr(command, "Event", Waiting)
    monkeypatch.setattr(command, "_checked", checked)
    learn("check", "1", "--watch")
    assert checks == [0, 1]

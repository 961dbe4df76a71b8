import json
from dataclasses import replace

from pytest import fixture, mark

from boxoffice import run
from boxoffice.search import Case
from boxoffice.trace.verdict import Verdict
from scenarios import catalogue, cli
from scenarios.shop.checks import INVARIANTS
from tests.engine.commands import runner

KEYS = [
    "scenario",
    "seed",
    "bug",
    "target",
    "verdict",
    "invariants",
    "occasions",
    "untested",
    "violations",
    "virtual_s",
    "wall_s",
    "trace_sha256",
    "counts",
    "contention",
    "reached",
    "unreached",
    "faults",
]
COUNTS = ["http", "published", "delivered", "duplicates", "gaps", "redelivered", "faults"]


@fixture
def boxoffice(monkeypatch, capsys):
    return runner(cli.main, monkeypatch, capsys)


# --- list ----------------------------------------------------------------------------------------


def test_list_names_everything_a_line_each(boxoffice):
    status, out, err = boxoffice("list")
    assert (status, err) == (0, "")
    lines = [line.split()[0] for line in out.splitlines()]
    for kind in ("scenarios", "faults", "invariants", "twins"):
        assert kind in lines
    for name in ("last-seat", "market-day", "duplicates", "charged-once", "no-outbox"):
        assert name in lines


def test_list_has_one_column_of_names_and_one_of_what_they_mean(boxoffice):
    lines = [line for line in boxoffice("list")[1].splitlines() if line.startswith("  ")]
    assert len({len(line) - len(line[2:].partition("  ")[2].lstrip()) for line in lines}) == 1


def test_list_writes_the_same_as_json(boxoffice, tmp_path):
    file = tmp_path / "names.json"
    assert boxoffice("list", "--json", file) == (0, "", "")
    found = json.loads(file.read_text(encoding="utf-8"))
    assert list(found) == ["scenarios", "faults", "invariants", "twins"]
    assert {tuple(one) for one in found["scenarios"]} == {("name", "summary", "twins")}
    assert {tuple(one) for one in found["faults"]} == {("name", "summary")}
    assert {tuple(one) for one in found["invariants"]} == {("name", "kind", "summary")}
    assert {tuple(one) for one in found["twins"]} == {
        ("name", "defence", "invariant", "shows", "story")
    }
    assert len(found["invariants"]) == len(INVARIANTS)
    assert {"name": "late-cancel", "twins": ["no-holder-check"]}.items() <= next(
        one.items() for one in found["scenarios"] if one["name"] == "late-cancel"
    )


# --- run: what it shows and writes ---------------------------------------------------------------


def test_a_run_that_holds_ends_with_0_and_says_so(boxoffice):
    status, out, err = boxoffice("run", "purchase", "--seed", "3")
    assert (status, err) == (0, "")
    assert "purchase" in out
    assert "seed 3" in out
    assert "holds" in out


def test_a_run_that_is_violated_ends_with_1_and_names_what_fell(boxoffice):
    status, out, _ = boxoffice("run", "late-cancel", "--bug", "no-holder-check")
    assert status == 1
    assert "holder-releases" in out


def test_a_run_that_is_undecided_ends_with_3(boxoffice, monkeypatch):
    real = Case.play

    def undecided(case, *how):
        return replace(real(case, *how), verdict=Verdict.UNDECIDED)

    monkeypatch.setattr(Case, "play", undecided)
    assert boxoffice("run", "purchase")[0] == 3


def test_the_json_of_a_run_has_the_promised_shape(boxoffice, tmp_path):
    file = tmp_path / "run.json"
    bug = ("--bug", "no-holder-check")
    assert boxoffice("run", "late-cancel", *bug, "--seed", 0, "--json", file)[0] == 1
    found = json.loads(file.read_text(encoding="utf-8"))
    assert list(found) == KEYS
    assert list(found["counts"]) == COUNTS
    assert (found["scenario"], found["seed"]) == ("late-cancel", 0)
    assert (found["bug"], found["target"]) == ("no-holder-check", "sim")
    assert found["verdict"] == "violated"
    assert list(found["invariants"]) == [it.name for it in INVARIANTS] + ["story"]
    assert set(found["invariants"].values()) <= set(Verdict)
    for violation in found["violations"]:
        assert list(violation) == ["invariant", "message", "events"]
    assert found["violations"][0]["events"] == sorted(found["violations"][0]["events"])
    assert len(found["trace_sha256"]) == 64
    assert 900 < found["virtual_s"] < 1000
    assert found["wall_s"] > 0


def test_a_run_without_a_bug_says_null(boxoffice, tmp_path):
    file = tmp_path / "run.json"
    assert boxoffice("run", "purchase", "--target", "sim", "--json", file)[0] == 0
    found = json.loads(file.read_text(encoding="utf-8"))
    assert (found["bug"], found["verdict"], found["violations"]) == (None, "holds", [])


def test_faults_are_added_and_a_crowd_has_a_size(boxoffice, tmp_path):
    def counts(*options):
        file = tmp_path / "run.json"
        boxoffice("run", "last-seat", "--seed", 1, "--json", file, *options)
        return json.loads(file.read_text(encoding="utf-8"))["counts"]

    small, large = counts("--size", 2), counts("--size", 6)
    assert large["http"] > small["http"]
    broken = counts("--size", 2, "--fault", "duplicates", "--fault", "slow-calls")
    assert broken["faults"] > small["faults"]


def test_a_fault_is_spelled_as_in_python_with_fewer_quotes(boxoffice, tmp_path):
    file = tmp_path / "run.json"
    fault = "delays(3, of=order.created, at=tickets, nth=1)"
    assert boxoffice("run", "purchase", "--json", file, "--fault", fault)[0] == 0
    (struck,) = json.loads(file.read_text(encoding="utf-8"))["faults"]
    assert struck == {
        "fault": "delays(of='order.created', at='tickets', nth=[1])",
        "times": 1,
        "why_not": "",
    }


def test_a_report_is_written_beside_and_names_the_run(boxoffice, tmp_path):
    file = tmp_path / "report.html"
    assert boxoffice("run", "purchase", "--html", file)[0] == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith(("<!doctype html>", "<!DOCTYPE html>"))
    assert "purchase" in text


def test_a_report_of_a_broken_twin_has_the_whole_run_beside_it(boxoffice, tmp_path):
    file = tmp_path / "report.html"
    words = ("--bug", "no-unique-hold", "--size", 6, "--seed", 3, "--fault", "duplicates")
    assert boxoffice("run", "last-seat", *words, "--html", file)[0] == 1
    carried = file.read_text(encoding="utf-8").split('id="boxoffice-runs">')[1]
    whole, broken = json.loads(carried.split("</script>")[0])
    assert (whole["bug"], broken["bug"]) == (None, "no-unique-hold")
    assert (whole["verdict"], broken["verdict"]) == ("holds", "violated")
    assert whole["seed"] == broken["seed"] == 3
    alone = tmp_path / "whole.json"
    boxoffice("run", "last-seat", *words[2:], "--json", alone)
    assert whole["sha256"] == json.loads(alone.read_text())["trace_sha256"]


def test_the_largest_seed_is_a_seed(boxoffice):
    assert boxoffice("run", "purchase", "--seed", 2**63 - 1)[0] == 0


def test_where_the_report_of_the_demo_is_can_be_copied_from_one_line(
    boxoffice, monkeypatch, tmp_path
):
    outcome = run(catalogue.scenario_named("purchase"))
    monkeypatch.setattr("scenarios.demo.demonstrate", lambda console: ([outcome], True))
    monkeypatch.setenv("COLUMNS", "40")
    file = tmp_path / "a [b] folder" / f"{'long' * 20}.html"
    file.parent.mkdir()
    status, out, _ = boxoffice("demo", "--html", file)
    assert status == 0
    assert out.endswith(f": {file}\n")


# --- misuse --------------------------------------------------------------------------------------


@mark.parametrize(
    ("words", "said"),
    [
        ("run lastseat", "there is no scenario 'lastseat'; did you mean 'last-seat'?"),
        ("run purchase --bug no-outbx", "there is no twin 'no-outbx'; did you mean 'no-outbox'?"),
        ("run purchase --fault crash", "there is no fault 'crash'; did you mean 'crashes'?"),
        ("run purchase --fault delay(3)", "fault 'delay(3)': there is no delay; did you mean"),
        ("run purchase --fault delays(off=a)", "fault 'delays(off=a)': delays is told no off; did"),
        ("run purchase --fault crashes(oders)", "crashes('oders', on='write'): there is no host"),
        ("run purchase --target moon", "there is no target 'moon'; there are sim, local"),
        ("run purchase --size 3", "purchase has no crowd, so --size means nothing to it"),
        ("run purchase --seed x", "Invalid value for '--seed'"),
        ("run purchase --seed 1.5", "Invalid value for '--seed'"),
        ("run purchase --seed -1", "Invalid value for '--seed'"),
        (f"run purchase --seed {2**63}", "Invalid value for '--seed'"),
        ("run last-seat --size 0", "Invalid value for '--size'"),
        ("run last-seat --size 10001", "Invalid value for '--size'"),
        ("run purchase --sed 3", "No such option: --sed"),
        ("run", "Missing argument"),
        ("ru purchase", "No such command 'ru'"),
    ],
)
def test_misuse_is_one_line_and_ends_with_2(boxoffice, words, said):
    status, out, err = boxoffice(*words.split())
    assert (status, out) == (2, "")
    assert err.startswith(f"boxoffice: {said}")
    assert err.count("\n") == 1


@mark.parametrize("words", ["run purchase --json", "run purchase --html", "list --json"])
def test_a_file_that_cannot_be_written_is_misuse(boxoffice, tmp_path, words):
    (tmp_path / "file").write_text("here", encoding="utf-8")
    for path in (tmp_path / "file" / "below", tmp_path):
        status, _, err = boxoffice(*words.split(), path)
        assert status == 2
        assert err.startswith(f"boxoffice: cannot write {path}: ")
        assert err.count("\n") == 1
    assert [it.name for it in tmp_path.iterdir()] == ["file"]


def test_the_command_alone_shows_its_help(boxoffice):
    status, out, err = boxoffice()
    assert status == 2
    assert "Usage: boxoffice" in out + err


@mark.parametrize("command", ["demo", "list", "run"])
def test_help_has_examples(boxoffice, command):
    status, out, err = boxoffice(command, "--help")
    assert (status, err) == (0, "")
    assert f"boxoffice {command}" in out[out.index("Example") :]

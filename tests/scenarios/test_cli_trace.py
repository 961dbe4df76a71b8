"""`boxoffice run --trace FILE --host NAME`: every event, or one host's log."""

import json
from hashlib import sha256

from pytest import fixture, mark

from scenarios import cli
from tests.engine.commands import runner


@fixture
def boxoffice(monkeypatch, capsys):
    return runner(cli.main, monkeypatch, capsys)


def test_every_event_is_written_a_line_each(boxoffice, tmp_path):
    file, beside = tmp_path / "trace.jsonl", tmp_path / "run.json"
    assert boxoffice("run", "purchase", "--trace", file, "--json", beside)[0] == 0
    events = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [it["n"] for it in events] == list(range(len(events)))
    written = sha256(file.read_bytes()).hexdigest()
    assert written == json.loads(beside.read_text())["trace_sha256"]


def test_one_hosts_log_takes_the_place_of_the_timeline(boxoffice):
    status, said, _ = boxoffice("run", "purchase", "--host", "payments")
    assert status == 0
    assert "payments  is up" in said
    assert "tickets  is up" not in said
    assert "purchase · defence in place" in said


def test_a_host_that_is_nowhere_and_a_trace_that_cannot_be_written_are_told_in_a_line(
    boxoffice, tmp_path
):
    there = ("run", "purchase", "--host", "paymets")
    said = "boxoffice: there is no host 'paymets'; did you mean 'payments'?\n"
    assert boxoffice(*there)[::2] == (2, said)
    file = tmp_path / "nowhere" / "trace.jsonl"
    status, _, said = boxoffice("run", "purchase", "--trace", file)
    assert (status, said) == (
        2,
        f"boxoffice: cannot write {file}: there is no folder {file.parent}\n",
    )
    assert boxoffice("run", "purchase", "--host", "redis")[1].startswith("nothing is recorded of")


@mark.parametrize(
    ("options", "said"),
    [
        (("--json", "a", "--trace", "a"), "--trace and --json would both write a"),
        (("--json", "a", "--html", "./b/../a"), "--json and --html would both write b/../a"),
        (("--trace", ""), "--trace names no file"),
        (("--json", ""), "--json names no file"),
    ],
)
def test_files_that_cannot_all_be_written_are_told_before_anything_is_played(
    boxoffice, tmp_path, monkeypatch, options, said
):
    monkeypatch.chdir(tmp_path)
    assert boxoffice("run", "purchase", *options) == (2, "", f"boxoffice: {said}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_streamed_run_is_opened_again_whole_or_in_part(boxoffice, tmp_path):
    file, beside, lines = (tmp_path / name for name in ("a.trace", "run.json", "a.jsonl"))
    told = boxoffice("run", "purchase", "--stream", file, "--json", beside)
    assert told[0] == 0
    assert boxoffice("trace", file, "--lines", lines) == (0, told[1], "")
    known = json.loads(beside.read_text())["trace_sha256"]
    assert sha256(lines.read_bytes()).hexdigest() == known
    page = tmp_path / "a.html"
    assert (
        boxoffice("trace", file, "--from", "0", "--to", "1", "--html", page, "--lines", lines)[0]
        == 0
    )
    moments = [json.loads(line)["us"] for line in lines.read_text().splitlines()]
    assert moments
    assert max(moments) < 1_000_000
    assert "(from 0 s to 1 s, " in page.read_text()


def test_what_cannot_be_judged_without_a_trace_is_no_green(boxoffice, tmp_path):
    status, said, _ = boxoffice("run", "purchase", "--no-trace")
    assert status == 3
    assert "no trace was kept of this run" in " ".join(said.split())
    options = ("run", "purchase", "--no-trace", "--trace", tmp_path / "a")
    assert boxoffice(*options)[0] == 2
    assert boxoffice("run", "purchase", "--no-trace", "--target", "local")[0] == 2
    assert boxoffice("trace", tmp_path / "none")[::2] == (
        2,
        f"boxoffice: cannot read {tmp_path / 'none'}: No such file or directory\n",
    )


def test_a_streamed_run_that_is_damaged_or_cut_is_told_in_a_line(boxoffice, tmp_path):
    file = tmp_path / "day.trace"
    assert boxoffice("run", "purchase", "--stream", file)[0] == 0
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(whole[:middle] + bytes(200) + whole[middle + 200 :])
    assert boxoffice("trace", file)[::2] == (2, f"boxoffice: {file} is damaged\n")
    file.write_bytes(whole[:-4])
    status, said, told = boxoffice("trace", file)
    assert status == 0
    assert "undecided" in said
    assert told == f"{file}: A run that was cut short, or that nobody has judged.\n"


def test_a_part_that_ends_before_it_begins_is_told_in_a_line(boxoffice, tmp_path):
    file = tmp_path / "day.trace"
    assert boxoffice("run", "purchase", "--stream", file)[0] == 0
    said = "boxoffice: --to is bad: 1 is not after --from 5\n"
    assert boxoffice("trace", file, "--from", 5, "--to", 1) == (2, "", said)


def test_a_folder_that_is_not_named_is_not_the_one_that_one_is_in(boxoffice, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = "boxoffice: --data names no folder of its own\n"
    assert boxoffice("up", "--data", "", "--port", "0") == (2, "", said)
    assert list(tmp_path.iterdir()) == []

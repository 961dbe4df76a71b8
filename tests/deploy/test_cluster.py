"""What `make test-cluster` says and types, looked at without a cluster."""

import shutil
import subprocess
from pathlib import Path

from pytest import CaptureFixture, MonkeyPatch, fail, fixture, mark, raises

from tests.deploy.cluster import __main__ as command
from tests.deploy.cluster import autoscaling, needs, places, programs
from tests.deploy.cluster.cached import once
from tests.deploy.cluster.drills import scaling
from tests.deploy.cluster.drills.catalogue import ALL, NAMED, SCALE, USUAL
from tests.deploy.cluster.drills.holding import entrance
from tests.deploy.cluster.drills.manual import block
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import WIDTH, Report
from tests.deploy.kubernetes.building import MANIFESTS, build, lay_down
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Document, of
from tests.deploy.kubernetes.facts import SERVICES


@fixture(autouse=True)
def no_cluster(monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_run", lambda *_: fail("a test would have made a node"))


def test_what_lacks_is_said_by_name_in_one_line(
    monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs.os, "geteuid", lambda: 0)
    monkeypatch.setattr(needs, "PROGRAMS", {"no-such-program": "ipset", "nor-this": "Go 1.24"})
    monkeypatch.setattr(needs, "python_home", lambda: Path())
    assert command.main([]) == command.MISUSE
    (line,) = capsys.readouterr().err.splitlines()
    assert "lacks Go 1.24, " in line
    assert "ipset; apt-get install --no-install-recommends " in line


def test_a_person_without_rights_is_told_so(
    monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs.os, "geteuid", lambda: 1000)
    assert command.main([]) == command.MISUSE
    assert "root" in capsys.readouterr().err
    assert command.main(["--if-built"]) == 0


def test_where_it_is_not_built_it_is_left_out_by_name(
    monkeypatch: MonkeyPatch, tmp_path: Path, capsys: CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs, "check", lambda: None)
    monkeypatch.setattr(programs, "PROGRAMS", tmp_path)
    for name in ("etcd", "coredns", "kube-router", *programs.COMPONENTS):
        (tmp_path / name).touch()
    assert command.main(["--if-built"]) == 0
    assert "left out: stripe-mock, nats have not been built here" in capsys.readouterr().err
    for name in programs.RELEASES:
        (tmp_path / name).touch()
    assert command.main(["--if-built", SCALE]) == 0
    assert f"left out: {', '.join(programs.SCALING)} have not" in capsys.readouterr().err


def test_a_drill_that_there_is_not_is_refused(capsys: CaptureFixture[str]) -> None:
    with raises(SystemExit) as ended:
        command.main(["rehearse"])
    assert ended.value.code == command.MISUSE
    told = capsys.readouterr().err
    assert [name for name in ALL if name not in told] == []


def test_what_ends_with_nobody_is_only_for_who_asks() -> None:
    assert {*USUAL} | {*NAMED} == {*ALL}
    assert "hold" in NAMED, "it waits for Ctrl-C"


def test_who_enters_a_node_that_is_held_has_its_programs_and_no_proxy(
    monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setattr(Node, "command", lambda _, *words: [*map(str, words)])  # but not inside
    enter = tmp_path / "enter"
    enter.write_text(entrance(Node()), encoding="utf-8")
    asked = ["sh", enter, "sh", "-c", 'echo "$KUBECONFIG|$http_proxy"; command -v boxoffice']
    seen = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=30)
    setting, program = seen.stdout.splitlines()
    assert setting == f"{places.ADMIN}|"
    assert Path(program).is_relative_to(places.ROOT)


@mark.parametrize(
    ("page", "beginning", "lines"),
    [
        (
            "backup.md",
            "kubectl -n boxoffice get deployments",
            ["--replicas=0", "--for=delete", "mongodump", "backup stream", "--replicas=2"],
        ),
        (
            "backup.md",
            "kubectl -n boxoffice scale deployment",
            [
                *(
                    "--replicas=0",
                    "--for=delete",
                    "delete job mongo-initiate",
                    "apply -k OVERLAY",
                    "job/mongo-initiate",
                    "mongorestore",
                ),
                *("stream rm", "backup restore", "flushall", "--replicas=2"),
            ],
        ),
        (
            "operating.md",
            "while :; do kubectl -n boxoffice port-forward service/nats",
            ["export NATS_URL="],
        ),
    ],
)
def test_the_manual_has_what_the_drills_type(page: str, beginning: str, lines: list[str]) -> None:
    typed = block(page, beginning)
    found = [typed.index(line) for line in lines]
    assert found == sorted(found), "in this order: a MongoDB that is empty takes no documents"


def test_what_scales_is_built_for_an_image_each() -> None:
    assert {*autoscaling.PROGRAMS.values()} == {*programs.SCALING}
    assert all((programs.SCALERS / f"{name}.yaml").exists() for name in autoscaling.THEIRS)


@mark.parametrize("combination", [scaling.BY_CPU, scaling.BY_LAG])
def test_what_is_drilled_scales_as_production_does_but_for_the_haste(
    combination: Combination, monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(scaling, "STATE", tmp_path)
    drilled = of(build(scaling.overlay(combination)), *scaling.HASTE)
    meant = Combination("production", options=combination.options)
    shutil.copytree(MANIFESTS, tmp_path / "k8s")
    found = of(build(lay_down(meant, tmp_path / "k8s")), *scaling.HASTE)
    assert len(drilled) == len(found) == len(SERVICES)
    hasty, slow = (list(map(_taken_away, it)) for it in (drilled, found))
    assert hasty == [[scaling.HASTE_S] * 2] * len(SERVICES)
    assert not any(s in hasty for s in slow)
    assert drilled == found


def _taken_away(scaler: Document) -> list[int]:
    """Forget after how long a scaler takes pods away, and return it."""
    spec = scaler["spec"].get("advanced", {}).get("horizontalPodAutoscalerConfig")
    down = (spec or scaler["spec"])["behavior"]["scaleDown"]
    return [down.pop("stabilizationWindowSeconds"), down["policies"][0].pop("periodSeconds")]


def test_a_table_fits_a_terminal(capsys: CaptureFixture[str]) -> None:
    report = Report()
    with report.step("a step") as step:
        step.figure = "words that go on " * 20
    assert max(map(len, report.table().splitlines())) <= WIDTH
    assert report.table().count("words") == 20
    assert "a step: words" in capsys.readouterr().err


def test_what_is_made_once_is_made_again_when_its_inputs_change(
    monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.deploy.cluster.cached.CACHE", tmp_path / "cache")
    part, made = tmp_path / "part" / "file", list[str]()
    part.parent.mkdir()
    for text in ("one", "one", "two"):
        part.write_text(text)
        once("it", [part.parent, "option"], lambda text=text: made.append(text))
    assert made == ["one", "two"]
    with raises(ZeroDivisionError):
        once("it", ["other"], lambda: 1 / 0)
    assert once("it", ["other"], lambda: None), "what failed was not made"


def test_all_that_is_kept_is_below_build() -> None:
    kept = (places.CACHE, places.PROGRAMS, places.IMAGES, places.STATE, places.REPORT)
    assert all(it.is_relative_to(places.ROOT / "build") for it in kept)

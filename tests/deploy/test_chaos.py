"""`boxoffice chaos` prints objects that Chaos Mesh takes, for pods that the manifests have."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema
from pytest import CaptureFixture, MonkeyPatch, fixture, mark

from scenarios.cli import main
from tests.deploy.kubernetes.building import MANIFESTS
from tests.deploy.kubernetes.kinds import KINDS
from tests.engine.commands import runner

LABEL = "app.kubernetes.io/name"
DATABASES = tuple(
    word for it in ("auth", "tickets", "orders", "payments") for word in ("--pod", f"{it}-db=mongo")
)
SCHEMA = jsonschema.Draft202012Validator(KINDS["chaos-mesh.org/v1alpha1 Schedule"])


@fixture
def chaos(
    monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> Callable[..., tuple[Any, str, str]]:
    ask = runner(main, monkeypatch, capsys)
    return lambda *words: ask("chaos", *words)


def named(part: Any) -> Iterator[str]:
    """Yield the pods that any part of an object names."""
    if isinstance(part, dict):
        yield from part["values"] if part.get("key") == LABEL else ()
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from named(each)


def labels() -> set[str]:
    texts = [file.read_text(encoding="utf-8") for file in MANIFESTS.rglob("*.yaml")]
    return {name for text in texts for name in re.findall(rf"{LABEL}: ([a-z-]+)", text)}


@mark.parametrize("story", ["scramble", "long-haul", "bystanders", "market-day", "cut-off"])
def test_the_faults_of_a_story_are_objects_for_pods_that_are_there(chaos: Any, story: str) -> None:
    status, out, _ = chaos(story, "--seed", 3, "--namespace", "boxoffice", *DATABASES)
    items = json.loads(out)["items"]
    assert status == 0
    assert [str(it.message) for each in items for it in SCHEMA.iter_errors(each)] == []
    assert {*named(items)} <= labels()


@mark.parametrize(
    ("fault", "wanted"),
    [
        (
            "partitions(orders, others=nats, one_way=in, lasts_s=7)",
            {"action": "partition", "direction": "from", "duration": "7000ms", "mode": "all"},
        ),
        ("partitions(orders, tickets, any_one=True)", {"direction": "both", "mode": "one"}),
        ("crashes(orders)", {"action": "pod-kill", "gracePeriod": 0, "mode": "one"}),
        ("departures(orders, notice_s=1.5)", {"action": "pod-kill", "gracePeriod": 2}),
        ("restarts(nats)", {"action": "pod-kill", "mode": "one"}),
        ("skews('orders-2', 20)", {"timeOffset": "20000ms", "mode": "one"}),
        ("skews(orders, -20)", {"timeOffset": "-20000ms", "duration": "15000ms"}),
        (
            "slow_calls(0.5, by=orders, at=nats)",
            {"action": "delay", "delay": {"latency": "250ms", "jitter": "250ms"}},
        ),
    ],
)
def test_each_is_what_the_fault_says(chaos: Any, fault: str, wanted: dict[str, Any]) -> None:
    _, out, err = chaos("--fault", fault, "--every", 30)
    [item] = json.loads(out)["items"]
    spec = item["spec"]
    found = spec[spec["type"][0].lower() + spec["type"][1:]]
    assert err == ""
    assert not [*SCHEMA.iter_errors(item)]
    assert spec["schedule"] == "@every 30s"
    assert {key: found[key] for key in wanted} == wanted


def test_what_flaps_begins_as_often_as_it_flaps(chaos: Any) -> None:
    _, out, _ = chaos("--fault", "partitions(orders, lasts_s=2, times=3, every_s=5)")
    [item] = json.loads(out)["items"]
    assert item["spec"]["schedule"] == "@every 5s"


@mark.parametrize(
    ("fault", "why"),
    [
        ("duplicates()", "no object of Chaos Mesh does this; boxoffice tamper does it"),
        ("stripe_timeouts()", "no object of Chaos Mesh does this\n"),
        ("restarts(redis, loses_s=60)", "no object of Chaos Mesh does this\n"),
        ("slow_calls(at=*-db)", "'*-db' is a pattern, and a pod is known by a label"),
    ],
)
def test_what_no_object_can_do_is_left_out_by_name(chaos: Any, fault: str, why: str) -> None:
    status, out, err = chaos("--fault", fault)
    assert (status, out) == (3, "")
    assert err.startswith("left out: ")
    assert why in err


@mark.parametrize(
    ("words", "said"),
    [
        ((), "no fault: name a story"),
        (("--fault", "crashes(orders)", "--pod", "orders"), "orders is no HOST=NAME"),
        (("--fault", "crash(orders)"), "did you mean"),
        (("nosuch",), "no scenario 'nosuch'"),
    ],
)
def test_misuse_is_a_line(chaos: Any, words: tuple[str, ...], said: str) -> None:
    status, out, err = chaos(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err

"""The benchmarks of docs/scaling.md, with as little as there can be."""

import asyncio
import json
from pathlib import Path

from pytest import CaptureFixture, MonkeyPatch, mark

from benchmarks import capacity, partitions, side_by_side
from benchmarks.ways import WAYS
from tests.real.tiers import UNHURRIED, nightly

pytestmark = [*UNHURRIED, mark.usefixtures("broker_installed")]


@nightly
def test_each_way_sells_and_is_compared(
    tmp_path: Path, capsys: CaptureFixture[str], monkeypatch: MonkeyPatch
) -> None:
    two = {name: WAYS[name] for name in ("one after another, one process", "side by side, two")}
    monkeypatch.setattr(side_by_side, "WAYS", two)
    written = tmp_path / "figures.json"
    # A store that is far away has messages wait, so that there is a lag to be seen.
    few = ["--rounds", "1", "--buyers", "4", "--purchases", "4", "--store-ms", "40"]
    assert side_by_side.main([*few, "--json", str(written)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head == side_by_side.HEAD
    assert all(row.startswith(name) for row, name in zip(rows, two, strict=True))
    found = json.loads(written.read_text(encoding="utf-8"))
    assert found.keys() == two.keys()
    assert all(one["purchases_per_s"] > 0 for [one] in found.values())
    assert all(one["longest_lag"] > 0 for [one] in found.values())


def test_a_consumer_catches_up_in_each_way_and_a_far_store_counts() -> None:
    name = "one after another, one process"
    near, far = (asyncio.run(capacity.followed_per_s(WAYS[name], 8, ms)) for ms in (0, 40))
    assert 0 < far < near
    two = asyncio.run(capacity.followed_per_s(WAYS["side by side, two"], 8, 40))
    assert two > far


def test_a_stream_and_a_store_are_counted() -> None:
    assert asyncio.run(capacity.stored_per_s(2, "always", 20)) > 0
    assert asyncio.run(capacity.updated_per_s()) > 0


def test_partitions_are_compared(capsys: CaptureFixture[str]) -> None:
    assert partitions.main(["--rounds", "1", "--messages", "80"]) == 0
    printed = capsys.readouterr().out
    assert [it.split()[0] for it in printed.splitlines()[1:3]] == ["1", "2"]
    assert partitions.BESIDE in printed

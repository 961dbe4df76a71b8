"""The bundle is what its source gives, and says of a run what was in its trace.

Needs Node; the comparison needs a package registry too, or packages fetched by an earlier run.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from boxoffice import faults
from boxoffice.views.explorer.model import text_of
from tests.scenarios.shop.views.explorer.bundle import EXPLORER, WEB, node, program
from tests.scenarios.shop.views.runs import outcome, purchase

UNREACHABLE = re.compile(
    r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EAI_AGAIN|ENOTCACHED"
    r"|ENETUNREACH|EHOSTUNREACH|code E(?:429|50\d)"
)


@pytest.fixture
def story(tmp_path: Path) -> str:
    there = tmp_path / "runs.json"
    trace, copied = purchase(), purchase(faults.duplicates(copies=2, of="payment.created"))
    there.write_text(text_of([outcome(trace), outcome(copied)]), encoding="utf-8")
    reads = "import {readFileSync as read} from 'node:fs';"
    return (
        f"{reads}const [a, b] = JSON.parse(read({json.dumps(str(there))}, 'utf8')).map(x.decode);"
    )


def test_the_bundle_is_what_its_source_gives(tmp_path: Path) -> None:
    npm, web = program("npm"), tmp_path / "web"
    shutil.copytree(WEB, web, ignore=shutil.ignore_patterns("node_modules"))
    asked = [npm, "ci", "--no-audit", "--no-fund", "--prefer-offline"]
    if not os.access(os.path.expanduser("~"), os.W_OK):  # where npm keeps what it has fetched
        asked += ["--cache", str(tmp_path / "npm")]
    fetched = subprocess.run(asked, cwd=web, capture_output=True, encoding="utf-8", timeout=240)
    if fetched.returncode and UNREACHABLE.search(fetched.stderr):
        pytest.skip("no package registry to rebuild the explorer's bundle from")
    assert fetched.returncode == 0, fetched.stderr
    subprocess.run([npm, "run", "build"], cwd=web, capture_output=True, check=True, timeout=120)
    assert (tmp_path / "bundle.js").read_bytes() == (EXPLORER / "bundle.js").read_bytes()


def test_the_lock_has_the_hash_of_every_package_and_no_address() -> None:
    lock = json.loads((WEB / "package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert "node_modules/esbuild" in packages
    assert [name for name, one in packages.items() if "integrity" not in one] == []
    assert [name for name, one in packages.items() if "resolved" in one] == []


def test_two_runs_part_where_their_events_do(story: str) -> None:
    same, parted, events = node(
        f"{story} const n = x.firstDifference(a, b), at = (run) => run.events[n].us;"
        "console.log(JSON.stringify([x.firstDifference(a, a), n, [at(a), at(b)]]))"
    )
    assert same is None
    assert parted > 10
    assert events[0] > 0


def test_a_search_finds_all_words_in_any_case(story: str) -> None:
    told = node(
        f"{story} console.log(JSON.stringify([x.search(a.events, 'ORDER.created tickets'),"
        "x.search(a.events, '  '), x.search(a.events, 'order.created').length]))"
    )
    assert len(told[0]) >= 1
    assert told[1] == []
    assert told[2] > len(told[0])


def test_a_filter_by_host_keeps_what_was_sent_there_too(story: str) -> None:
    lanes, kinds = node(
        f"{story} const filter = {{...x.noFilter(), host: 'payments'}};"
        "const kept = a.events.filter(x.keeper(a, filter));"
        "const lanes = kept.map((e) => a.lanes[e.lane][0]);"
        "console.log(JSON.stringify([lanes, kept.map((e) => e.kind)]))"
    )
    assert {"ana", "payments", "stripe"} <= set(lanes)
    assert "sue" not in lanes
    assert "delivered" not in kinds


def test_the_state_at_a_moment_is_what_the_stores_held(story: str) -> None:
    before, after = node(
        f"{story} const held = (n) => x.stateAt(a, n).find((s) => s.name === 'orders').documents;"
        "console.log(JSON.stringify([held(0), held(a.events.length - 1)]))"
    )
    assert before == []
    orders = [one["fields"]["status"] for one in after if one["title"] == "orders.orders: order 1"]
    assert orders == ["complete"]


def test_fifteen_empty_minutes_are_folded(story: str) -> None:
    folds = node(f"{story} console.log(JSON.stringify(x.timeScale(a.events).folds))")
    assert len(folds) == 1
    assert re.fullmatch(r"… 16:\d\d of nothing …", folds[0]["text"])

"""What is saved for other tools keeps the rules of those tools.

ShiViz's rules are restated from its source (DistributedClocks/shiviz, MIT: js/util/regexp.js,
js/model/parser.js, vectorTimestamp.js and modelGraph.js).  It turns the named groups of the first
line into plain ones, reads an event at each match, wants each host in its own clock, counting
1, 2, 3 …, and no clock to name an unknown host or a count that its host never reached.
"""

import json
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from boxoffice import faults
from tests.scenarios.shop.views.explorer.bundle import asked
from tests.scenarios.shop.views.runs import CRASH, MEAN, made, outcome, purchase

# As ShiViz reads a log: one expression with its names taken out, asked again and again.
READ = """((log) => {
  const lines = log.split("\\n"), source = lines[0];
  const names = [...source.matchAll(/\\(\\?<(\\w+?)>/g)];
  const plain = new RegExp(source.replace(/\\(\\?<\\w+?>/g, "("), "g"), found = [];
  const text = lines.slice(2).join("\\n").trim();
  for (let match; (match = plain.exec(text));) {
    found.push(Object.fromEntries(names.map(([, name], at) => [name, match[at + 1]])));
  }
  return {delimiter: lines[1], names: names.map(([, name]) => name), found, text};
})"""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    return tmp_path / "runs.json"


def logged(there: Path, *kinds: faults.Fault, title: str = "Front row") -> dict[str, Any]:
    run = outcome(purchase(*kinds, title=title))
    read: dict[str, Any] = asked(
        there, [run], f"{{...{READ}(x.shiviz(a)), causes: a.events.map((e) => e.cause)}}"
    )
    return read


FAULTS = [(), (CRASH,), (faults.duplicates(copies=2),)]


@pytest.mark.parametrize("kinds", FAULTS)
def test_shiviz_reads_an_event_of_every_two_lines(
    there: Path, kinds: tuple[faults.Fault, ...]
) -> None:
    log = logged(there, *kinds)
    assert log["names"] == ["host", "clock", "event"]
    assert log["delimiter"] == ""  # one run, so nothing parts several
    assert len(log["found"]) == len(log["causes"]) == len(log["text"].split("\n")) / 2


@pytest.mark.parametrize("kinds", FAULTS)
def test_every_clock_of_the_log_counts_as_shiviz_wants(
    there: Path, kinds: tuple[faults.Fault, ...]
) -> None:
    own: dict[str, list[int]] = defaultdict(list)
    clocks = [(one["host"], json.loads(one["clock"])) for one in logged(there, *kinds)["found"]]
    for host, clock in clocks:
        own[host].append(clock[host])
    assert own == {host: list(range(1, len(counts) + 1)) for host, counts in own.items()}
    reached: dict[str, int] = defaultdict(int)
    for host, clock in clocks:
        reached[host] = clock[host]
        assert {other: count for other, count in clock.items() if count > reached[other]} == {}


def test_a_clock_forgets_nothing_and_knows_its_cause(there: Path) -> None:
    log, latest = logged(there, faults.duplicates(copies=2)), dict[str, dict[str, int]]()
    clocks = [json.loads(one["clock"]) for one in log["found"]]
    crossed = 0
    for one, clock, cause in zip(log["found"], clocks, log["causes"], strict=True):
        for known in (latest.get(one["host"], {}), clocks[cause] if cause >= 0 else {}):
            assert {host for host, count in known.items() if clock.get(host, 0) < count} == set()
        crossed += cause >= 0 and log["found"][cause]["host"] != one["host"]
        latest[one["host"]] = clock
    assert crossed > 20  # arrows that ShiViz draws


def test_a_title_of_markup_and_new_lines_stays_on_its_line(there: Path) -> None:
    log = logged(there, title=f"a\n{MEAN}\n{{}}")
    assert len(log["found"]) == len(log["causes"])


def test_a_mermaid_diagram_has_a_line_for_each_way_and_a_note_for_each_duplicate(
    there: Path,
) -> None:
    copied = outcome(purchase(faults.duplicates(copies=2, of="payment.created")))
    text, ways = asked(
        there,
        [copied],
        "[x.mermaid(a, new Set(a.events.map((e) => e.n))), a.arrows.length]",
    )
    lines = text.splitlines()
    assert lines[:2] == ["sequenceDiagram", "  actor L0 as sue"]
    told = [line for line in lines if re.fullmatch(r"  L\d+(--?\)|--?>>|-x)L\d+: .+", line)]
    assert len(told) == ways
    notes = [line for line in lines if line.startswith("  Note over ")]
    assert sum("= duplicate" in note for note in notes) == 2
    assert sum("of nothing" in note for note in notes) == 1
    assert all(re.match(r"  (actor|participant) ", line) for line in {*lines[1:]} - {*told, *notes})


def test_a_mermaid_diagram_tells_who_was_down_or_cut_off_and_what_was_lost(there: Path) -> None:
    ask = {"method": "POST", "path": "/api/payments", "body": {}, "to": "payments"}
    lost = {"to": "payments", "verb": "POST", "about": "/api/payments", "leg": "request"}
    cut = {"hosts": ["payments"]}
    steps = [
        (0, "payments", "crash", {}),
        (1, "payments", "start", {}),
        (2, "payments", "partition", cut),
        (3, "ana", "request", ask),
        (3, "ana", "lost", lost),
        (4, "payments", "lost", {"to": "stripe", "verb": "charge", "about": "", "leg": "request"}),
        (9_000_000, "payments", "heal", cut),
    ]
    [text, host] = asked(
        there,
        [outcome(made(steps))],
        "[x.mermaid(a, new Set(a.events.map((e) => e.n))),"
        "a.lanes.findIndex(([name]) => name === 'payments')]",
    )
    assert re.search(rf"Note over L{host}: crashes", text)
    assert re.search(rf"Note over L{host}: is cut off from everybody\n", text)
    assert re.search(rf"Note over L{host}: is no longer cut off", text)
    assert re.search(rf"  L{host}-xL\d+: request of charge to stripe is lost\n", text)
    assert re.search(rf"  L0-xL{host}: pays for .+ is lost\n", text)

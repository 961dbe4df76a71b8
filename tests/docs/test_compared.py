"""What the comparison says of each simulator's source is so, and ours finds the mistake."""

import re

from pytest import mark

from benchmarks.peers.__main__ import lines_of
from benchmarks.peers.boxoffice.test_counter import both_count, shop
from benchmarks.peers.common_case.rates import OTHERS
from benchmarks.peers.common_case.with_boxoffice import find, play
from benchmarks.peers.tools import TOOLS, Tool
from tests.house import tree

PAGE = (tree.ROOT / "docs" / "compared.md").read_text(encoding="utf-8")


def row(tool: Tool) -> list[str]:
    first_table, _, _ = PAGE.partition("\n## ")
    [found] = re.findall(
        rf"^\| {tool.name} {tool.version}(?:,.*?)? \|(.*)\|$",
        first_table,
        re.MULTILINE | re.IGNORECASE,
    )
    return [cell.strip() for cell in found.split("|")]


@mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_the_lines_are_those_of_the_source(tool: Tool) -> None:
    assert tuple(map(int, row(tool)[:2])) == lines_of(tool.source)


def test_the_versions_are_those_that_are_installed() -> None:
    locked = tree.locked("peers.txt")
    named = {it.name: it.version for it in TOOLS}
    assert named["boxoffice"] == tree.pyproject("sim")["version"]
    assert {
        name: locked[name] for name in ("detangle", "simloom", "simloop")
    }.items() <= named.items()
    cargo = (tree.ROOT / "benchmarks" / "peers" / "turmoil" / "Cargo.toml").read_text()
    assert f'turmoil = "={named["turmoil"]}"' in cargo


def test_the_run_in_which_ours_finds_it_is_the_one_named() -> None:
    runs = int(row(TOOLS[0])[2])
    verdicts = [shop.run(both_count, seed=seed).verdict for seed in range(runs)]
    assert verdicts == ["holds"] * (runs - 1) + ["violated"]
    assert f"--boxoffice-seed {runs - 1}`" in PAGE


def test_nothing_of_the_engine_or_the_shop_knows_of_the_others() -> None:
    others = {*OTHERS, *(it.name for it in TOOLS if it.name != "boxoffice")}
    for path in tree.modules("sim", "services", "scenarios"):
        words = set(re.findall(r"\w+", path.read_text(encoding="utf-8")))
        assert not words & others, path


def test_ours_finds_the_blind_write_of_the_common_case_and_nothing_else() -> None:
    runs, said = find(first=0)
    assert runs <= 60
    assert "sees store.counts it: count 1" in said
    assert "2 of 3 counted" in said
    assert play(runs) == runs

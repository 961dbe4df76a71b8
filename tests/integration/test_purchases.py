"""The benchmark of purchases, with as few as there can be."""

from pytest import CaptureFixture, MonkeyPatch, mark, raises

from benchmarks import purchases
from tests.real.tiers import UNHURRIED

pytestmark = [*UNHURRIED, mark.usefixtures("broker_installed")]


def test_both_arms_sell_every_ticket_and_are_compared(capsys: CaptureFixture[str]) -> None:
    assert purchases.main(["--buyers", "2", "--purchases", "3"]) == 0
    head, *rows, ratio = capsys.readouterr().out.splitlines()
    assert head == purchases.HEAD
    measured = [row.split() for row in rows]
    assert [row[:3] for row in measured] == [["up", "2", "3"], ["world", "2", "3"]]
    for row in measured:
        p50_ms, p99_ms, rate, wall_s = map(float, row[3:7])
        assert 0 < p50_ms <= p99_ms
        assert rate > 0
        assert wall_s > 0
    assert [row[7] == "–" for row in measured] == [True, False]
    assert ratio.startswith("buyers 2: the world sells ")


def test_the_same_world_takes_the_same_virtual_time() -> None:
    one, other = (purchases.in_a_world(buyers=2, purchases=4) for _ in range(2))
    assert len(one.latencies_s) == 4
    assert (one.latencies_s, one.loop_s) == (other.latencies_s, other.loop_s)


def test_a_shop_that_does_not_open_is_one_line(
    capsys: CaptureFixture[str], monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setenv("NATS_URL", "gopher://nowhere:x")
    assert purchases.main(["--purchases", "2"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("boxoffice: NATS_URL is bad")
    assert printed.err.count("\n") == 1


@mark.parametrize(
    ("words", "wrong"),
    [
        (["--buyers", "1,many"], "argument --buyers: 'many' is not a whole number above 0"),
        (["--buyers", ""], "argument --buyers: '' is not a whole number above 0"),
        (["--purchases", "1"], "argument --purchases: '1' is not a whole number above 1"),
        (["--look-ms", "-5"], "argument --look-ms: '-5' is not a whole number above 0"),
    ],
)
def test_a_number_that_makes_no_sense_is_one_line(
    words: list[str], wrong: str, capsys: CaptureFixture[str]
) -> None:
    with raises(SystemExit) as left:
        purchases.main(words)
    assert left.value.code == 2
    assert capsys.readouterr().err == f"{wrong}; --help says more\n"

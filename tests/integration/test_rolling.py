"""A shop as a cluster runs it: renewed piece by piece while people buy, and robbed of a leader."""

import asyncio
from pathlib import Path

import pytest

from benchmarks.rolling import main, rolling
from tests.real.servers import redis_process

pytestmark = pytest.mark.real

BUYERS = 20
PAUSE_S = 3.0  # two processors are shared by fifteen processes, and by other tests
GOES_ON_WITHIN_S = 15.0
SERVICES = {
    name
    for service in ("auth", "tickets", "orders", "payments", "expiration")
    for name in (service, f"{service}-2")
}
MEMBERS = {"nats-1", "nats-2", "nats-3"}


def test_a_rolling_restart_and_the_loss_of_a_leader_cost_nobody_anything(tmp_path: Path) -> None:
    redis_process(tmp_path)  # or the test is skipped by name: embedded timers do for no cluster
    report = asyncio.run(rolling(BUYERS, PAUSE_S, print))
    as_usual, services, members, killed = report.phases
    assert [it.failures for it in (as_usual, services, members)] == [[], [], []]
    assert services.took_s.keys() == SERVICES
    assert members.took_s.keys() == MEMBERS
    assert report.leader in MEMBERS
    assert killed.took_s.keys() == {report.leader}
    assert all(it.purchases > 0 for it in report.phases)
    assert report.resumed_s <= GOES_ON_WITHIN_S
    assert (report.broken, report.surprises) == ([], [])


def test_a_number_of_buyers_that_makes_no_sense_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--buyers", "none"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1

"""A failure counts where the machine has kept time, and there alone."""

import time
from collections.abc import Callable
from pathlib import Path

from pytest import MonkeyPatch, fixture, mark, skip

from tests.conformance.jetstream import pulse
from tests.conformance.jetstream.arms import AGAIN, Case, Concert
from tests.conformance.jetstream.bench import Bench
from tests.conformance.jetstream.server import binary

pytestmark = mark.real
NEVER, ALWAYS = float("inf"), -1.0  # so late has a machine to be


@fixture(autouse=True)
def needs() -> None:
    if binary() is None:
        skip("real: no nats-server")


def failing(times: int, otherwise: Callable[[], object] = bool) -> tuple[Case, list[str]]:
    """Return a case that fails so often, and the names of the streams it was played on."""
    streams: list[str] = []

    async def case(bench: Bench) -> None:
        streams.append(bench.name)
        otherwise()
        assert len(streams) > times, f"play {len(streams)}"

    return case, streams


def played(folder: Path, case: Case) -> Concert:
    concert = Concert(folder)
    concert.play({"case": case})
    return concert


def test_a_failure_on_a_machine_that_keeps_time_is_one(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "DISTURBED_S", NEVER)
    case, streams = failing(1)
    concert = played(tmp_path, case)
    assert str(concert.outcomes["case"]).startswith("play 1")
    assert (len(streams), concert.again) == (1, [])


def test_what_fails_whenever_it_is_played_has_failed(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "DISTURBED_S", ALWAYS)
    case, streams = failing(1_000)
    concert = played(tmp_path, case)
    assert str(concert.outcomes["case"]).startswith(f"play {1 + AGAIN}")
    assert len(set(streams)) == 1 + AGAIN  # none finds what another has left


def test_a_machine_that_stands_still_for_a_moment_is_noticed(tmp_path: Path) -> None:
    case, streams = failing(1, otherwise=lambda: time.sleep(3 * pulse.DISTURBED_S))
    concert = played(tmp_path, case)
    assert concert.outcomes == {"case": None}
    assert (len(streams), concert.again) == (2, ["case"])

"""Requests that nobody would think of, to services as processes; ten minutes of them by hand."""

import asyncio

import pytest

from benchmarks.fuzz import fuzzed, main
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

SECONDS = 40  # for strangers and somebody signed in: enough for each call's odd values once


def test_no_request_finds_an_answer_that_a_service_does_not_describe() -> None:
    found, mistakes = asyncio.run(fuzzed(SECONDS, seed=0))
    assert [it.wrong for it in found if it.wrong] == []
    assert mistakes == []
    assert len(found) == 10
    assert all(it.requests > 0 for it in found)


def test_a_time_that_makes_no_sense_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--seconds", "soon"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1

"""Faults that pytest is asked for strike beside those of the stories."""

from pytest import ExitCode

from tests.engine.test_pytest_plugin import CROWD, HEAD, STORY

pytest_plugins = ["pytester"]

__all__ = ["HEAD"]


def test_a_fault_that_is_asked_for_strikes_each_story_and_is_in_the_command_that_replays(suite):
    text = "\n@system.story(twins=[twin('blind', 'not-negative', take_blindly)])" + CROWD
    suite(text).assert_outcomes(passed=2)
    fault = "lost_responses(of=POST, nth=3)"
    result = suite(text, "--boxoffice-fault", fault)
    result.assert_outcomes(failed=1, passed=1)  # the twin is played without
    again = (
        f"see it again: pytest 'test_told.py::crowd[0]' --boxoffice-seed 0"
        f" --boxoffice-fault '{fault}'"
    )
    assert any(line.endswith(again) for line in result.outlines)


def test_a_fault_that_is_misspelled_is_misuse(suite):
    result = suite("\n@system.story()" + STORY, "--boxoffice-fault", "delay(3)")
    assert result.ret == ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: --boxoffice-fault: fault 'delay(3)': there is no delay; *"]
    )

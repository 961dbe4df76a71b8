"""A test that never ends fails, and those after it are played."""

from tests.real.test_no_skips import PASSING, ran

HANGS = """
import signal, time
def test_it():
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(60)
"""


def test_what_hangs_fails_and_what_comes_after_it_is_played(tmp_path):
    done = ran(tmp_path, HANGS, PASSING, plugin="tests.real.no_hangs")
    assert done.returncode == 1, done.stdout
    assert "test_0.py::test_it hangs" in done.stdout
    assert "1 failed, 1 passed" in done.stdout

from boxoffice.clock import stopwatch
from boxoffice.clock.stopwatch import Stopwatch


def test_it_counts_wall_seconds_from_the_moment_it_is_made(monkeypatch):
    moments = iter([100.0, 100.25, 107.5])
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: next(moments))
    watch = Stopwatch()
    assert (watch.elapsed_s(), watch.elapsed_s()) == (0.25, 7.5)

"""Virtual time as people read it, and the long spans in which nothing happens."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

LONG_US: Final = 5_000_000  # a longer silence would push the next event off the page


def format_time(at_us: int, fine: bool = False) -> str:
    """Return a virtual time in microseconds as text, with hours only when there are any.

    It is told to the millisecond, or if `fine` to the microsecond.

    >>> format_time(901_134_567), format_time(901_134_567, fine=True), format_time(3_723_004_000)
    ('15:01.134', '15:01.134567', '1:02:03.004')
    """
    minutes, rest_ms = divmod(at_us // 1000, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02}:{rest_ms // 1000:02}.{rest_ms % 1000:03}"
    text += f"{at_us % 1000:03}" if fine else ""
    return f"{hours}:{text}" if hours else text


def format_times(moments_us: Sequence[int]) -> list[str]:
    """Return moments in order, each told as finely as it differs from those beside it.

    >>> format_times([1_000, 129_537, 129_737, 129_737])
    ['00:00.001', '00:00.129537', '00:00.129737', '00:00.129737']
    """
    known = sorted(set(moments_us))
    fine = {us for pair in pairwise(known) if pair[0] // 1000 == pair[1] // 1000 for us in pair}
    return [format_time(us, us in fine) for us in moments_us]


def format_duration(lasting_us: int) -> str:
    """Return how long something lasted, as exactly as a reader has a use for.

    >>> [format_duration(us) for us in (412, 38_400, 2_400_000, 898_000_000)]
    ['0 ms', '38 ms', '2.4 s', '14:58']
    """
    if lasting_us < 1_000_000:
        return f"{lasting_us // 1000} ms"
    if lasting_us < 60_000_000:
        return f"{lasting_us / 1_000_000:.1f} s"
    return format_time(lasting_us).split(".")[0]


def format_silence(lasting_us: int) -> str:
    """Return what stands in place of a long silence.

    >>> format_silence(898_000_000)
    '… 14:58 of nothing …'
    """
    return f"… {format_duration(lasting_us)} of nothing …"

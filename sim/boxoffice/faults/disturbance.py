"""What of a fault somebody can do who sees no event and no call: an operator's tool, say."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Disturbance:
    """Hosts that are cut off, slowed down, killed, or whose clock is wrong.

    Without `hosts` it is everybody, and without `others` whoever else is there.  `one_way` is as in
    a partition; `notice_s` is how long who is killed is told before.  It lasts `lasts_s` seconds,
    until it is ended where that is 0, and comes `times` times, every `every_s` seconds.
    """

    does: Literal["clock", "cut", "kill", "slow"]
    hosts: tuple[str, ...]
    others: tuple[str, ...] = ()
    any_one: bool = False
    one_way: str = ""
    by_s: float = 0.0
    notice_s: float = 0.0
    lasts_s: float = 0.0
    times: int = 1
    every_s: float = 0.0

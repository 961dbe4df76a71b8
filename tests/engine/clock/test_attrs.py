"""A real clock that makes a field of attrs is the world's while it lasts."""

import time

from pytest import importorskip, mark

from boxoffice.clock import ambient
from boxoffice.clock.randomness import Randomness

NOON_S = 1_893_499_200.0  # of the first day of 2030
attr = importorskip("attr")


@attr.s
class Attrs:
    at = attr.ib(factory=time.time)


@attr.define
class Defined:
    at: float = attr.field(factory=time.time)


@mark.parametrize("kind", [Attrs, Defined])
def test_it_is_the_worlds_while_the_world_lasts_and_the_real_one_again(kind):
    with ambient.virtual(lambda: NOON_S, Randomness(0)):
        assert kind().at == NOON_S
    assert abs(kind().at - time.time()) < 86_400

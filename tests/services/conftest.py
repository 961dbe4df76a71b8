"""What the tests of the services share: `play` runs a script in a fresh shop, in virtual time.

    async def script(shop):
        ana = await shop.person("ana")
        ...

    play(script)

`Shop`, `Person`, `refused` and the rest are in `shop.py`.
"""

from collections.abc import Callable
from typing import Any

from pytest import fixture

from tests.services.shop import play as play_in_a_fresh_world


@fixture(scope="session", name="play")
def _play() -> Callable[..., Any]:
    """Return `tests.services.shop.play`."""
    return play_in_a_fresh_world

"""What side by side is measured against takes one message after another."""

import asyncio

from pytest import mark

from benchmarks.one_at_a_time import OneLane
from services.common.lanes import Lanes


@mark.parametrize(("kind", "most"), [(Lanes, 3), (OneLane, 1)])
def test_so_many_are_at_work_at_once(kind: type[Lanes], most: int) -> None:
    at_work, seen = set[str](), list[int]()

    async def work(name: str) -> None:
        at_work.add(name)
        seen.append(len(at_work))
        await asyncio.sleep(0)
        at_work.remove(name)

    async def story() -> None:
        lanes = kind()
        for name in ("ticket", "order", "payment"):
            lanes.begin((name,), work(name))
        await lanes.until(0)

    asyncio.run(story())
    assert max(seen) == most

"""Whoever knocks too often is refused, not too soon, and for no longer than they are told."""

import asyncio
from types import SimpleNamespace

import httpx
from pytest import mark, raises

from scenarios.answers import Surprise
from scenarios.workload.flooding import DOORS, LIMITS
from scenarios.workload.patron import Patron
from scenarios.workload.playing import VERBS
from scenarios.workload.scene import Scene
from tests.scenarios.workload.replies import replied


def floods(door, most, waits_s=840, again=True, setting=None):
    """Knock at a door that lets in so many; return who knocked."""
    heard, passed = [], []

    def answer(request):
        is_over = again and sum(passed) > 100
        if len(heard) >= most and not is_over:
            return replied(429, {}, {"Retry-After": str(waits_s)})
        heard.append(request.content)
        return replied(door.says[0], {}, path=request.url.path, method=request.method)

    async def passes(seconds):
        passed.append(seconds)

    async def together(*deeds):
        return await asyncio.gather(*deeds)

    async def does():
        browser = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://s.test")
        settings = SimpleNamespace(**{door.setting: setting or LIMITS[door.setting]})
        town = SimpleNamespace(
            person=lambda name, role: role(name, browser),
            passes=passes,
            together=together,
            settings=settings,
        )
        ana = Patron("Ana", browser)
        await VERBS["floods"](Scene(town, []), ana, {"door": DOORS.index(door)})

    asyncio.run(does())
    return heard


@mark.parametrize("door", DOORS, ids=[it.setting for it in DOORS])
def test_a_door_that_keeps_to_its_limit_is_no_surprise(door):
    most = LIMITS[door.setting]
    heard = floods(door, most)
    assert len(heard) == most + 1  # who has waited is heard again
    addresses = len({*heard})
    assert addresses == {DOORS[0]: 5, DOORS[1]: 6}.get(door, most + 1)


BROKEN = {
    "more are heard than may be": ({"most": 99}, "was heard"),
    "fewer are": ({"most": 7}, "was heard 7 times"),
    "who has waited is to wait again": ({"again": False}, "was answered 429"),
    "a wait is longer than any": ({"waits_s": 1_000}, "is to wait 1000 s"),
}


@mark.parametrize(("how", "says"), BROKEN.values(), ids=BROKEN)
@mark.parametrize("door", DOORS, ids=[it.setting for it in DOORS])
def test_one_that_does_not_is(door, how, says):
    with raises(Surprise, match=says):
        floods(door, **{"most": LIMITS[door.setting], **how})


def test_nobody_knocks_so_often_where_many_may():
    assert floods(DOORS[1], most=99, setting=50) == []

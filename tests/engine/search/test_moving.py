"""Messages that overtake each other: the strike that made one late goes where the deeds go."""

import asyncio
from contextlib import asynccontextmanager, suppress
from math import inf

from fastapi import FastAPI
from nats.errors import TimeoutError as NothingCame

from boxoffice import Deed, Storm, System, faults
from boxoffice.search import Case, shrink
from boxoffice.views.failure import failure
from boxoffice.views.smallest import smallest_story
from tests.real.tiers import unhurried

STEPS = 7


def television(drivers):
    """Show the channel that was announced last, as far as one has heard."""
    jetstream, sets = drivers.nats.jetstream(), drivers.mongo["home"]["sets"]

    async def follow():
        await jetstream.add_stream(name="TV", subjects=["tv.*"])
        channel = await jetstream.pull_subscribe("tv.*", durable="tv")
        while True:
            with suppress(NothingCame):
                for message in await channel.fetch(1, timeout=5):
                    if message.subject == "tv.volume":
                        await message.ack()
                        continue
                    shown = {"$set": {"channel": message.data.decode()}}
                    await sets.update_one({"_id": "tv"}, shown, upsert=True)
                    await message.ack()

    @asynccontextmanager
    async def lifespan(app):
        following = asyncio.create_task(follow())
        yield
        following.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.put("/tv/{channel}")
    async def zaps(channel: str):
        await jetstream.publish("tv.set", channel.encode())

    @app.put("/louder/{steps}")
    async def louder(steps: int):
        for _ in range(steps):
            await jetstream.publish("tv.volume", b"+")

    return app


def evening(stumbles=False, loud=()):
    """Return the story of an evening with four channels; the third comes late.

    Before those channels that are `loud` it is made louder, by more steps than a strike is moved.
    """
    home = System("home")
    home.service("tv", television, mongo="mongo", nats="nats", route="/")

    @home.finally_("the last one is shown")
    def last_one(end):
        paths = [it["path"] for it in end.of_kind("request")]
        *others, wanted = [it.split("/")[-1] for it in paths if it.startswith("/tv/")]
        assert not stumbles or others[0]  # of one alone it has nothing to say
        shown = end.documents("home.sets")["tv"]["channel"]
        assert shown == wanted, f"{shown}, not {wanted}"

    def drawn(chance, size):
        deeds = [Deed("Ann", "zaps", {"to": f"tv/{n}"}, after_s=0.5) for n in range(size)]
        for n in sorted(loud, reverse=True):
            deeds.insert(n, Deed("Ann", "turns", {"to": f"louder/{STEPS}"}, after_s=0.5))
        return Storm(deeds, [faults.delays(3.0, nth=[size - 1 + STEPS * len(loud)])])

    @home.story(draw=drawn, size=4)
    async def zaps(world):
        for deed in world.deeds:
            await world.passes(deed.after_s)
            await world.client(deed.who).put(f"/{deed.what['to']}")

    return zaps


def told(shrunk):
    """Return the lines of its story up to what fell."""
    lines = smallest_story(shrunk).splitlines()
    return lines[: next(at for at, line in enumerate(lines, 1) if " falls: " in line)]


def test_two_of_six_deeds_are_left_and_the_message_between_them_is_told():
    case = Case(evening(loud=[1, 2]), 0)
    shrunk = shrink(case, case.play(), inf)
    assert (shrunk.deeds, shrunk.strikes) == (2, 1)
    *before, falls = told(shrunk)
    assert [line.split(maxsplit=1)[-1] for line in before[-2:]] == [
        "nats  delivers tv.set to tv, 3 s after it was published",
        "mongo  home.sets tv: channel 3 → 2",
    ]
    assert "2, not 3" in falls


@unhurried
def test_what_stumbles_over_a_smaller_run_is_not_taken_for_what_fell():
    case = Case(evening(stumbles=True), 0)
    shrunk = shrink(case, case.play(), inf)
    assert shrunk.deeds == 2
    assert "2, not 3" in told(shrunk)[-1]


def test_a_test_that_fails_says_which_message_was_late():
    said = failure(Case(evening(), 0).play())
    meanwhile = said[said.index("what went wrong meanwhile:") :]
    assert "nats  delivers tv.set to tv, 3 s after it was published" in meanwhile

"""What a system knows to be in motion is waited for before the end is judged."""

import asyncio
from re import search

from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, Verdict
from boxoffice.errors import Misuse
from boxoffice.views.failure import failure
from boxoffice.views.verdicts import verdict_lines
from boxoffice.world.end import end_of
from tests.engine.toys import warehouse


async def relay(drivers):
    """Send what lies in the outbox, every half minute."""
    outbox, sent = drivers.mongo["post"]["outbox"], drivers.mongo["post"]["sent"]
    for number in range(3):
        await outbox.insert_one({"_id": number})
    while True:
        await asyncio.sleep(30)
        first = await outbox.find_one({})
        if first is not None:
            await sent.insert_one(first)
            await outbox.delete_one(first)


def counter(drivers):
    """Say how many are still to be sent."""
    app = FastAPI()

    @app.get("/waiting")
    async def waiting():
        return await drivers.mongo["post"]["outbox"].count_documents({})

    return app


def post():
    system = System("post")
    system.service("relay", relay, mongo="mongo")
    system.service("counter", counter, mongo="mongo", route="/")

    @system.finally_("everything is sent")
    def sent(end):
        assert not end.ids("post.outbox"), f"{len(end.ids('post.outbox'))} never sent"

    @system.story()
    async def begins(world):
        await world.passes(1)

    return system


def by_documents(world):
    return [f"{id} is to be sent" for id in world.documents("post.outbox")]


def one_by_one(world):
    for id in world.documents("post.outbox"):
        yield f"{id} is to be sent"


def as_a_text(world):
    return "something is to be sent" if world.documents("post.outbox") else ""


def or_nothing(world):
    if world.documents("post.outbox"):
        return ["something is to be sent"]
    return None


async def by_asking(world):
    waiting = (await world.client("probe").get("/waiting")).json()
    return [f"{waiting} to be sent"] if waiting else []


async def by_asking_one_by_one(world):
    for name in await by_asking(world):
        yield name


def played(system):
    outcome = system.run(system.stories["begins"])
    [sent] = [it for it in outcome.judgements if it.invariant == "sent"]
    return sent, outcome


def test_a_world_that_knows_of_nothing_in_motion_is_judged_at_once():
    sent, outcome = played(post())
    assert sent.verdict is Verdict.VIOLATED
    assert sent.violations[0].message.startswith("3 never sent")
    assert outcome.virtual_s < 10


@mark.parametrize(
    "look",
    [by_documents, one_by_one, as_a_text, or_nothing, by_asking, by_asking_one_by_one],
    ids=lambda it: it.__name__,
)
def test_what_a_function_names_is_waited_for(look):
    system = post()
    assert system.restless(look) is look
    _, outcome = played(system)
    assert not outcome.violations
    assert 90 < outcome.virtual_s < 120


@mark.parametrize("name", ["never", "never_async"])
def test_what_never_ends_leaves_the_end_undecided_and_is_named(name):
    system = post()

    def never(world):
        return ["the clock strikes"]

    async def never_async(world):
        return never(world)

    system.restless({"never": never, "never_async": never_async}[name])
    sent, outcome = played(system)
    assert sent.verdict is Verdict.UNDECIDED
    assert outcome.virtual_s > 300
    why = "the world did not come to rest: the clock strikes"
    assert f"undecided: sent: {why}" in failure(outcome).splitlines()
    assert any(why in str(it) for it in verdict_lines(outcome).columns[1].cells)
    with system.world() as world:
        assert not world.quiet()
        assert end_of(world.world).restless == ["the clock strikes"]


def test_what_a_function_raises_is_no_rest():
    system = post()

    @system.restless
    def wrong(world):
        raise KeyError("post")

    with raises(KeyError):
        played(system)


def test_a_story_can_look_at_documents_too():
    system = post()

    @system.story()
    async def looks(world):
        await world.passes(1)
        assert world.documents("post.outbox") == {n: {"_id": n} for n in range(3)}
        assert world.documents("post.nowhere") == {}

    outcome = system.run(looks)
    assert not [it for it in outcome.violations if it.invariant == "story"]


@mark.parametrize("mistyped", ["post.outbx", "pots.outbox", "post.outboxes"])
def test_a_mistyped_collection_is_no_rest(mistyped):
    system = post()

    @system.restless
    def outbox(world):
        return [f"{id} is to be sent" for id in world.documents(mistyped)]

    said = f"documents\\('{mistyped}'\\): no service has read or written .*mean 'post.outbox'"
    assert search(f"\nand besides: world.{said}", played(system)[0].violations[0].message)
    with system.world() as world:
        world.passes(1)
        assert not world.world.documents(mistyped)
        del system.invariants[:]
        with raises(Misuse, match=said):
            world.judge()


def test_a_story_that_looks_into_a_mistyped_collection_is_told_so():
    system = post()

    @system.story()
    async def looks(world):
        await world.passes(1)
        assert not world.documents("post.outbx")

    del system.invariants[:]
    with raises(Misuse, match=r"did you mean 'post\.outbox'"):
        system.run(looks)


@mark.parametrize("answer", [True, 3, 2.5])
def test_a_function_that_names_nothing_and_says_something_is_misuse(answer):
    system = warehouse()

    @system.restless
    def outbox(world):
        return answer

    with raises(Misuse, match=f"^outbox returned {answer!r}: a restless function names what"):
        system.run(system.story()(passes))


def test_a_function_that_raises_is_named():
    system = warehouse()

    @system.restless
    def outbox(world):
        raise LookupError("no outbox")

    with raises(LookupError, match="no outbox") as told:
        system.run(system.story()(passes))
    assert "while outbox was asked what still moves" in told.value.__notes__


async def passes(world):
    await world.passes(1)

"""A system that is no shop: services, workers, invariants, stories, and a world held open."""

from datetime import UTC, datetime

import httpx
from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, Twin, Verdict, faults, run
from boxoffice.errors import Misuse
from boxoffice.views import summary_line
from boxoffice.views.failure import failure
from tests.engine.toys import take_blindly, warehouse

SECOND_LOOK = Twin(
    "no-second-look",
    "stock is taken only if there is some",
    "not-negative",
    "tests.engine.toys:take_one",
    take_blindly,
)


async def a_day(world):
    """Eight people want five books."""
    ann = world.client("Ann")
    answer = await ann.post("/stock", json={"sku": "book", "count": 5})
    assert answer.status_code == 201
    people = [world.client(f"P{n}") for n in range(8)]
    wishes = (it.post("/reservations", json={"id": f"r{n}"}) for n, it in enumerate(people))
    answers = await world.together(*wishes)
    assert sorted(it.status_code for it in answers) == [201] * 5 + [409] * 3


def verdicts(outcome):
    return {one.invariant: one.verdict for one in outcome.judgements}


def test_a_sound_system_holds_and_everything_was_put_to_the_test():
    system = warehouse()
    outcome = system.run(system.story()(a_day), seed=7)
    assert verdicts(outcome) == {
        "not-negative": Verdict.HOLDS,
        "shipped": Verdict.HOLDS,
        "story": Verdict.HOLDS,
    }


def test_one_seed_is_one_trace():
    traces = set()
    for _ in range(2):
        system = warehouse()
        story = system.story(faults=[faults.duplicates(share=0.5)])(a_day)
        traces.add(system.run(story, seed=3).trace.sha256())
    assert len(traces) == 1


def test_a_broken_twin_of_a_foreign_function_is_found():
    system = warehouse()

    async def crowd(world):
        ann = world.client("Ann")
        await ann.post("/stock", json={"sku": "book", "count": 1})
        people = [world.client(f"P{n}") for n in range(8)]
        wishes = (it.post("/reservations", json={"id": f"r{n}"}) for n, it in enumerate(people))
        await world.together(*wishes)

    story = system.story()(crowd)
    assert verdicts(system.run(story))["not-negative"] is Verdict.HOLDS
    broken = system.run(story, bug=SECOND_LOOK)
    assert verdicts(broken)["not-negative"] is Verdict.VIOLATED
    [first, *_] = [it for it in broken.violations if it.invariant == "not-negative"]
    assert broken.trace.events[first.events[0]].kind == "write"


def test_a_crash_between_write_and_message_is_found():
    system = warehouse()
    crash = faults.crashes(
        "inventory", of="reservations.insert_one", on="write", at="mongo", nth=[1]
    )

    async def one(world):
        await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
        with raises(httpx.TransportError):
            await world.client("Bob").post("/reservations", json={"id": "r"})

    outcome = system.run(system.story(faults=[crash])(one))
    assert verdicts(outcome)["shipped"] is Verdict.VIOLATED
    [violation] = outcome.violations
    assert violation.message == "never shipped: ['r']"


def test_what_was_never_put_to_the_test_is_vacuous():
    system = warehouse()

    async def nothing(world):
        await world.passes(1)

    outcome = system.run(system.story()(nothing))
    assert verdicts(outcome)["not-negative"] is Verdict.VACUOUS
    assert verdicts(outcome)["shipped"] is Verdict.VACUOUS
    assert outcome.verdict is Verdict.VACUOUS
    assert failure(outcome).startswith("never put to the test: not-negative, shipped\n")
    assert summary_line(outcome).plain.startswith("○ nothing · ")
    assert "vacuous: not-negative, shipped" in summary_line(outcome).plain


def test_a_world_is_held_open_and_its_time_passes_when_told():
    with warehouse().world(seed=7) as world:
        ann = world.client("Ann")
        made = world.do(ann.post("/stock", json={"sku": "book", "count": 1}))
        assert made.status_code == 201
        before_s = world.world.loop.time()
        world.passes(900)
        assert world.world.loop.time() == before_s + 900
        assert world.quiet()


@mark.parametrize("replicas", [1, 3])
def test_a_service_has_as_many_hosts_as_it_asks_for(replicas):
    system = System("pages")
    seen = []

    def pages(drivers):
        seen.append(drivers.host)
        return FastAPI()

    system.service("pages", pages, route="/", replicas=replicas)
    with system.world() as world:
        assert world.do(world.client("Ann").get("/")).status_code == 404
    assert seen == ["pages", "pages-2", "pages-3"][:replicas]


def test_services_ask_each_other_over_http():
    system = System("pages")

    def front(drivers):
        app = FastAPI()

        @app.get("/front")
        async def answer():
            return (await drivers.http.get("/back")).json()

        return app

    def back(drivers):
        app = FastAPI()

        @app.get("/back")
        async def answer():
            return {"host": drivers.host}

        return app

    system.service("front", front, route="/front")
    system.service("back", back, route="/back")
    with system.world() as world:
        assert world.do(world.client("Ann").get("/front")).json() == {"host": "back"}


def test_a_driver_that_was_not_given_is_an_error_that_says_how_to_give_it():
    system = System("pages")
    system.service("pages", lambda drivers: drivers.redis, route="/")
    with raises(LookupError, match=r"pages was given no redis: say system.service"), system.world():
        pass


def test_a_name_stands_for_one_service():
    system = System("pages")
    system.service("pages", FastAPI, route="/")
    with raises(ValueError, match="has a service 'pages' already"):
        system.service("pages", FastAPI)
    with raises(ValueError, match="cannot both be called 'mongo'"):
        system.service("mongo", FastAPI, mongo="mongo")


def test_a_check_that_fails_otherwise_is_an_error_with_its_place_and_no_green():
    system = warehouse()

    @system.finally_("nobody can say")
    def wrong(end):
        raise KeyError("count")

    async def nothing(world):
        await world.passes(1)

    outcome = system.run(system.story()(nothing))
    assert outcome.verdict is Verdict.ERROR
    [found] = [it for it in outcome.judgements if it.invariant == "wrong"]
    assert found.verdict is Verdict.ERROR
    [message] = [it.message for it in found.violations]
    assert message.startswith(f"it raised KeyError('count') at {__name__}:")


def test_between_two_deeds_in_a_held_world_the_time_is_everybodys():
    async def asked():
        return datetime.now(UTC).year

    with warehouse().world() as world:
        for _ in range(2):
            assert world.do(asked()) == 2030
            assert datetime.now(UTC).year < 2030
    assert datetime.now(UTC).year < 2030


def test_a_story_that_has_nothing_to_say_needs_no_parentheses():
    system = System("lamps")

    @system.story
    async def evening(world):
        """Nothing happens."""
        await world.passes(1)

    assert system.stories == {"evening": evening}
    assert evening.summary == "Nothing happens."
    assert system.run(evening).trace.sha256() == system.run(evening, seed=0).trace.sha256()


def test_an_invariant_says_what_must_hold():
    system = System("lamps")
    with raises(Misuse, match=r'say what must hold: @lamps.finally_\("what is taken is paid"\)'):

        @system.finally_
        def lit(end):
            assert end.ids("house.lamps")


def test_a_story_knows_the_size_of_its_crowd():
    sizes = []

    async def crowd(world):
        began_s = world.loop.time()
        await world.passes(minutes=1, seconds=30)
        sizes.append((world.size, round(world.loop.time() - began_s)))

    system = System("pages")
    system.service("pages", lambda drivers: FastAPI(), route="/")
    story = system.story(size=8)(crowd)
    run(story)
    run(story, size=3)
    assert sizes == [(8, 90), (3, 90)]


async def takes_nothing():
    """Nobody is there."""


async def takes_two(world, other):
    """One too many."""


def generates(world):
    yield


async def generates_later(world):
    yield


@mark.parametrize(
    ("story", "said"),
    [
        (takes_nothing, "takes_nothing is called with a world, and nothing else: too many"),
        (takes_two, "takes_two is called with a world, and nothing else: missing a required"),
        (generates, r"generates yields, and cannot be awaited: say async def generates\(world\)"),
        (generates_later, "generates_later yields, and cannot be awaited"),
        (7, "a story of warehouse is a function, and not int"),
    ],
)
def test_what_can_be_no_story_is_refused_by_name(story, said):
    with raises(Misuse, match=said) as told:
        warehouse().story()(story)
    assert "\n" not in str(told.value)


def test_a_story_that_is_no_coroutine_is_misuse_once_it_is_played():
    def plain(world):
        return 3

    def wrapped(world):
        return a_day(world)

    system = warehouse()
    with raises(Misuse, match=r"the story plain cannot be awaited: say async def plain\(world\)"):
        system.run(system.story()(plain))
    assert system.run(system.story()(wrapped)).verdict is Verdict.HOLDS

"""Of the sequences that nobody can tell apart, one is played, and no end is missed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import mark, raises

from boxoffice import System
from boxoffice.misuse import Misuse
from boxoffice.search import Case, Plan, explore
from boxoffice.search.played import play
from boxoffice.search.strategies.partial.arrivals import Arrivals
from boxoffice.search.strategies.partial.races import always
from boxoffice.search.strategies.partial.search import PartialOrder
from boxoffice.search.strategies.partial.touches import Place, Read, Write, conflict
from boxoffice.search.strategies.spelling import schedule_of, strategy_of
from boxoffice.search.strategies.strategy import Turn
from boxoffice.servers.mongo.noticed import ALL, Fields
from tests.engine.search.desks import VERBS, desks, searched
from tests.real.tiers import nightly, sampled, unhurried

LOOK_AND_SET = [("look", "a"), ("set_next", "a")]
operations = st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from("ab"))


def clerks(*counts):
    return st.tuples(*(st.lists(operations, min_size=it, max_size=it) for it in counts))


few_clerks = st.one_of(clerks(2, 2), clerks(1, 1, 1))
more_clerks = st.one_of(clerks(2, 2), clerks(1, 1, 1), clerks(3, 1), clerks(2, 1, 1))


def missed(lists):
    """Return what either search has seen and the other has not."""
    return searched(lists)[0] ^ searched(lists, always)[0]


@mark.parametrize(
    ("lists", "all_runs", "runs"),
    [
        ([[("set_next", "a")], [("add", "a")], [("add", "a")]], 90, 6),
        ([LOOK_AND_SET, LOOK_AND_SET], 70, 4),
        ([LOOK_AND_SET, [("set_next", "a")], [("look", "b")]], 420, 3),  # beside a third
    ],
)
def test_ten_times_fewer_runs_see_the_same_ends(lists, all_runs, runs):
    (every, all_), (ends, search) = searched(lists, always), searched(lists)
    assert ends == every
    assert (all_.runs, search.runs) == (all_runs, runs)
    assert all_.exhausted
    assert search.exhausted
    assert search.runs * 10 <= all_.runs


@unhurried
@settings(max_examples=3)
@given(few_clerks)
def test_no_end_is_missed(lists):
    assert missed(lists) == set()


@nightly
@settings(max_examples=100)
@given(more_clerks)
def test_no_end_is_missed_of_many(lists):
    assert missed(lists) == set()


@mark.parametrize(
    "lists",
    sampled(
        [
            [[("claim", "a")], [("claim", "b")]],  # a unique value
            [[("insert", "a")], [("insert", "b")], [("names", "a")]],  # who lies first
            [[("insert", "a")], [("insert", "a")]],  # an id that is taken
            [[("claim", "a"), ("free", "a")], [("claim", "b")]],
            [[("add", "a"), ("large", "a")], [("add", "b"), ("large", "a")]],
            [[("claim", "a"), ("claimed", "a")], [("add", "a"), ("claimed", "a")]],
            [[("add", "a"), ("raise_first", "a")], [("add", "b")]],
        ],
        every=3,
    ),
)
def test_what_a_search_or_an_index_sees_is_touched(lists):
    ends, search = searched(lists)
    every, _ = searched(lists, always)
    assert ends == every
    assert search.runs > 1


def test_what_touches_nothing_in_common_is_played_once():
    _, search = searched([[("look", "a"), ("look", "b")], [("look", "a")], [("names", "b")]])
    assert search.runs == 1


def test_the_certificate_says_its_scope():
    _, search = searched([[("add", "a")], [("add", "a")]])
    first, *scope = search.ending().splitlines()
    assert first == ("exhausted: every distinguishable sequence was played, in 2 runs (holds in 2)")
    said = " ".join(scope)
    assert "one seed, no faults" in said
    assert "no time passes while a message is under way" in said
    assert "memory that tasks of a process share is not seen" in said


def test_a_search_that_was_broken_off_certifies_nothing():
    _, search = searched([[("add", "a")], [("add", "a")], [("add", "a")]], most=2)
    assert search.ending().startswith("not exhausted: 2 runs, and there are more")


def test_a_story_that_does_nothing_together_is_refused():
    alone = System("alone")

    async def idle(drivers):
        await drivers.mongo["a"]["b"].find_one({})

    alone.service("idler", idle, mongo="mongo")

    @alone.story
    async def a_nap(world):
        """Nothing happens."""
        await world.passes(1.0)

    with raises(Misuse, match="does nothing together"):
        explore(Plan([Case(a_nap, 0)]), strategy=PartialOrder())


def test_several_stories_are_refused():
    with raises(Misuse, match="goes through one story"):
        strategy_of("por", 2)


def test_each_run_can_be_played_again_from_a_text():
    plan, played = Plan([Case(desks([LOOK_AND_SET, LOOK_AND_SET], lambda *it: None), 0)]), []
    keep = lambda campaign, run: played.append(run)  # noqa: E731
    campaign = explore(plan, strategy=PartialOrder(), tell=keep)
    assert campaign.ending.startswith("exhausted")
    for run in played[1:]:
        turn = Turn(0, schedule_of(str(run.schedule)), calm=True)
        again = play(plan.of(turn), turn)
        assert [it.leg for it in again.went.steps] == [it.leg for it in run.went.steps]


@mark.parametrize("text", ["por:2:", "por:2w:3.1,7.2"])
def test_arrivals_are_a_text(text):
    schedule = schedule_of(text)
    assert str(schedule) == text
    assert isinstance(schedule, Arrivals)


STORE = ("mongo", "office", "ledger")


@mark.parametrize(
    ("one", "other", "conflicts"),
    [
        (Place(("redis", "a")), Place(("redis", "a")), True),
        (Place(("redis", "a")), Place(("redis", "b")), False),
        (Place(("redis", "a"), writes=False), Place(("redis", "a"), writes=False), False),
        (Place(("redis",), writes=False), Place(("redis", "a", "b")), True),
        (Place(STORE), Read(STORE, {}, ALL), True),
        (Place(STORE, writes=False), Read(STORE, {}, ALL), False),
        (Place(STORE[:1], writes=False), Write(STORE, None, {"_id": 1}), True),
        (Read(STORE, {"n": 1}, ALL), Read(STORE, {"n": 1}, ALL), False),
        (Read(STORE, {"n": 1}, ALL), Write(STORE, {"_id": 1, "n": 2}, {"_id": 1, "n": 3}), False),
        (Read(STORE, {"n": 1}, ALL), Write(STORE, {"_id": 1, "n": 2}, {"_id": 1, "n": 1}), True),
        (
            Read(STORE, {"n": 1}, Fields(frozenset({"n"}))),
            Write(STORE, {"_id": 1, "n": 1}, {"_id": 1, "n": 1, "m": 1}),
            False,
        ),
        (
            Read(STORE, {"n": 1}, ALL),
            Write(STORE, {"_id": 1, "n": 1}, {"_id": 1, "n": 1, "m": 1}),
            True,
        ),
        (Read(STORE, {}, Fields(frozenset({"n"}))), Write(STORE, {"_id": 1}, None), True),
        (
            Read(STORE, {"n": 1}, Fields(but=frozenset({"m"}))),
            Write(STORE, {"_id": 1, "n": 1}, {"_id": 1, "n": 1, "m": 1}),
            False,
        ),
        (Write(STORE, {"_id": 1}, {"_id": 1, "n": 1}), Write(STORE, {"_id": 2}, None), False),
        (Write(STORE, {"_id": 1}, None), Write(STORE, None, {"_id": 1}), True),
        (Write(STORE, None, {"_id": 1}), Write(STORE, None, {"_id": 2}), True),
    ],
)
def test_what_commutes(one, other, conflicts):
    assert conflict([one], [other]) is conflicts
    assert conflict([other], [one]) is conflicts

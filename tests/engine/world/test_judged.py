"""Whatever is declared to hold is judged, and what was never put to the test says so."""

from pytest import mark, raises

from boxoffice import System, Verdict
from boxoffice.misuse import Misuse
from boxoffice.trace.verdict import Kind
from boxoffice.world.end import End
from boxoffice.world.invariant import Breach, Finding, Invariant
from boxoffice.world.scenario import Scenario
from tests.engine.toys import told, warehouse

BROKEN = Invariant("own", Kind.FINALLY, "never so", lambda end: Finding(True, [Breach("no")]))


async def arrives(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})


async def nothing(world):
    await world.passes(1)


def test_an_invariant_of_a_storys_own_is_judged():
    system = warehouse()
    outcome = system.run(system.story(checks=[BROKEN])(arrives))
    assert told(outcome, "own").verdict is Verdict.VIOLATED
    assert outcome.verdict is Verdict.VIOLATED


def test_an_invariant_of_a_scenario_made_by_hand_is_judged():
    async def script(world, size):
        await arrives(world)

    made = Scenario("by-hand", "By hand.", script, (), (BROKEN,), (), warehouse())
    assert made.system.run(made).verdict is Verdict.VIOLATED


def test_what_was_declared_is_judged_also_by_a_system_that_judges_otherwise():
    class Otherwise(System):
        def judge(self, evidence):
            return []

    system = Otherwise("otherwise")

    @system.finally_("never so")
    def never(end):
        raise AssertionError("no")

    outcome = system.run(system.story()(nothing))
    assert told(outcome, "never").verdict is Verdict.VIOLATED
    with system.world() as world:
        assert [it.invariant for it in world.judge()] == ["never", "story"]


def test_a_function_that_was_not_declared_is_refused_by_name():
    def own(write):
        raise AssertionError("no")

    with raises(Misuse, match=r"own is no invariant of warehouse: say @warehouse\.always\(…\)"):
        warehouse().story(checks=[own])


def test_an_invariant_that_is_called_like_another_is_refused():
    system = warehouse()
    with raises(Misuse, match="warehouse has an invariant 'shipped' already"):

        @system.finally_("something else")
        def shipped(end):
            assert end

    other = Invariant("shipped", Kind.FINALLY, "another", lambda end: Finding(True))
    with raises(Misuse, match="warehouse has an invariant 'shipped' already"):
        system.story(checks=[other])(nothing)


def test_what_is_declared_after_the_story_is_what_it_is_about_as_well():
    system = warehouse()
    story = system.story()(nothing)

    @system.always("declared late", on="inventory.stock")
    def late(write):
        assert write

    assert [it.name for it in story.checks] == ["not-negative", "shipped", "late"]


@mark.parametrize("declare", ["always", "finally_"])
def test_a_check_that_would_have_to_be_awaited_is_refused(declare):
    system = warehouse()
    on = {"on": "inventory.stock"} if declare == "always" else {}

    async def awaited(about):
        raise AssertionError("no")

    def generated(about):
        yield

    for check in (awaited, generated):
        with raises(Misuse, match=f"{check.__name__} is no plain function that asserts"):
            getattr(system, declare)("never so", **on)(check)


@mark.parametrize("answer", [False, True, [], lambda: None])
def test_a_check_that_returns_what_it_should_assert_is_an_error(answer):
    system = warehouse()

    @system.always("said, and not asserted", on="inventory.stock")
    def said(write):
        return next(iter([answer]))

    outcome = system.run(system.story()(arrives))
    assert outcome.verdict is Verdict.ERROR
    [found] = told(outcome, "said").violations
    assert "it asserts, and returns nothing" in found.message


def test_what_was_never_put_to_the_test_says_why():
    system = warehouse()

    @system.always("mistyped", on="inventory.stok")
    def mistyped(write):
        assert write

    @system.finally_("of nothing")
    def empty(end):
        assert not end.ids("inventory.reservation")

    outcome = system.run(system.story()(arrives))
    assert told(outcome, "mistyped").verdict is Verdict.VACUOUS
    why = outcome.as_json()["untested"]
    assert why["mistyped"] == (
        "nothing was written to inventory.stok; did you mean 'inventory.stock'?"
    )
    assert (
        why["empty"]
        == "nothing is in inventory.reservation; what there is: 1 document in inventory.stock"
    )
    assert "not-negative" not in why


def test_occasions_are_counted():
    system = warehouse()
    outcome = system.run(system.story()(arrives))
    assert outcome.as_json()["occasions"] == {"not-negative": 1, "shipped": 0}


def test_a_fact_about_events_is_put_to_the_test_by_them():
    system = warehouse()

    @system.finally_("somebody has asked")
    def asked(end):
        assert next(end.of_kind("request"))["method"] == "POST"

    @system.finally_("nobody is charged")
    def free(end):
        assert not list(end.of_kind("charge"))

    outcome = system.run(system.story()(arrives))
    assert told(outcome, "asked").verdict is Verdict.HOLDS
    assert told(outcome, "free").verdict is Verdict.VACUOUS


def test_what_a_check_does_to_what_it_is_shown_stays_its_own():
    def judged(spoil):
        system = warehouse()

        @system.always("a spoilt one", on="inventory.stock")
        def spoils(write):
            if write.after is not None and spoil:
                write.after.clear()

        return system.run(system.story()(arrives))

    assert judged(spoil=True).trace.sha256() == judged(spoil=False).trace.sha256()
    assert judged(spoil=True).verdict is judged(spoil=False).verdict


def compares(about):
    about.id == "book"  # noqa: B015


def compares_in_a_loop(about):
    for it in about:
        it <= 5  # noqa: B015
        assert it


def looks_in(about):
    "book" in about  # noqa: B015


def returns(about):
    return about.id == "book"


def says_nothing(about):
    if about.after is not None:
        about.after["left"]


def asserts(about):
    assert about


def asks_a_helper(about):
    asserts(about)


def raises_itself(about):
    if about.id == "book":
        raise AssertionError("no books")


def compares_to_see_it_refused(about):
    with raises(TypeError):
        about.before < about.after  # noqa: B015


def asserts_within(about):
    def each(it):
        assert it

    [each(it) for it in about]


@mark.parametrize("declare", ["always", "finally_"])
@mark.parametrize("check", [compares, compares_in_a_loop, looks_in, returns, says_nothing])
def test_a_check_that_can_never_fail_is_refused(check, declare):
    on = {"on": "inventory.stock"} if declare == "always" else {}
    with raises(Misuse, match=f"^{check.__name__} .* hold whatever happens: say assert$"):
        getattr(warehouse(), declare)("never so", **on)(check)


@mark.parametrize(
    "check", [asserts, asks_a_helper, raises_itself, asserts_within, compares_to_see_it_refused]
)
def test_a_check_that_may_fail_is_not(check):
    system = warehouse()
    system.always("so it is", on="inventory.stock")(check)
    assert system.invariants[-1].check_of is check


# --- a world that does not come to rest -----------------------------------------------------------


def judged_early(*breaches, **said):
    end = End(restless=["a message for billing"])
    return Invariant("own", Kind.FINALLY, "so", lambda _: Finding(True, breaches, **said)).judge(
        end
    )


def test_a_breach_that_stands_on_finished_facts_is_one_in_a_restless_world_too():
    found = judged_early(Breach("it is late"), Breach("it is gone", for_good=True))
    assert found.verdict is Verdict.VIOLATED
    assert [it.message for it in found.violations] == ["it is gone"]


def test_what_may_still_be_mended_is_undecided_and_said_all_the_same():
    found = judged_early(Breach("it is late"), Breach("so is that"))
    why = "the world did not come to rest: a message for billing"
    assert found.verdict is Verdict.UNDECIDED
    assert found.untested == f"{why}; as it stands, it is late (and 1 more)"
    assert judged_early().untested == why, "that it holds cannot be said"


def test_a_premature_assertion_of_anybodys_is_told_and_proves_nothing():
    system = warehouse()

    @system.finally_("nothing is missing")
    def complete(end):
        assert end.documents("stock.goods"), "nothing has arrived"

    @system.finally_("nothing is unread")
    def readable(end):
        raise LookupError("half of it")

    end = End(restless=["a cart"])
    late, raised = (it.judge(end) for it in system.invariants[-2:])
    assert (late.verdict, raised.verdict) == (Verdict.UNDECIDED, Verdict.UNDECIDED)
    assert late.untested.endswith("a cart; as it stands, nothing has arrived")
    assert "as it stands, it raised LookupError('half of it')" in raised.untested


def test_a_check_that_could_not_be_made_to_its_end_leaves_undecided_why():
    def judged(*breaches):
        found = Finding(True, breaches, undecided="there are too many orders")
        return Invariant("own", Kind.ALWAYS, "so", lambda _: found).judge(End())

    assert judged().verdict is Verdict.UNDECIDED
    assert judged().untested == "there are too many orders"
    assert judged(Breach("no")).verdict is Verdict.VIOLATED

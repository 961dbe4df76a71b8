"""A collection that a fact asks for and no service has is named, and judged to be no evidence."""

from pytest import mark, raises

from boxoffice import Verdict
from boxoffice.misuse import Misuse
from tests.engine.toys import told, warehouse


async def arrives(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})


async def reserves(world):
    await arrives(world)
    await world.client("Ann").post("/reservations", json={"id": "r1"})
    await world.quiet()


@mark.parametrize(
    ("mistyped", "meant"),
    [
        ("inventory.reservation", "inventory.reservations"),
        ("inventry.reservations", "inventory.reservations"),
        ("inventory.reservatoins", "inventory.reservations"),
    ],
)
def test_one_mistyped_name_of_two_leaves_a_fact_untested(mistyped, meant):
    system = warehouse()

    @system.finally_("what is reserved is shipped")
    def again(end):
        missing = end.ids(mistyped) - end.ids("shipping.shipments")
        assert not missing

    outcome = system.run(system.story()(reserves))
    assert told(outcome, "again").verdict is Verdict.VACUOUS
    said = f"no service has read or written {mistyped}; did you mean {meant!r}?"
    assert outcome.as_json()["untested"] == {"again": said}


def test_a_breach_says_which_name_was_mistyped():
    system = warehouse()

    @system.finally_("what is reserved is shipped")
    def again(end):
        missing = end.ids("inventory.reservations") - end.ids("shipping.shipmnts")
        assert not missing, f"never shipped: {missing}"

    [breach] = told(system.run(system.story()(reserves)), "again").violations
    assert breach.message.startswith("never shipped: {'r1'}")
    assert breach.message.splitlines()[-1] == (
        "no service has read or written shipping.shipmnts; did you mean 'shipping.shipments'?"
    )


@mark.parametrize("other", ["inventory.refunds", "shipping.stock", "yard.trucks", "returns.items"])
def test_what_is_empty_and_near_nothing_may_fill_on_another_seed(other):
    system = warehouse()

    @system.finally_("nothing comes back")
    def kept(end):
        assert not end.ids("inventory.reservations") & end.ids(other)

    assert told(system.run(system.story()(reserves)), "kept").verdict is Verdict.HOLDS


def test_a_name_near_one_that_is_asked_for_as_well_is_no_slip():
    system = warehouse()

    @system.finally_("each is shipped and none is reshipped")
    def once(end):
        assert not end.ids("shipping.shipments") & end.ids("shipping.reshipments")

    assert told(system.run(system.story()(reserves)), "once").verdict is Verdict.HOLDS


def test_a_kind_of_event_that_is_none_is_named():
    system = warehouse()

    @system.finally_("nobody is asked twice")
    def asked(end):
        assert end.ids("inventory.stock")
        assert len(list(end.of_kind("requst"))) < 3

    outcome = system.run(system.story()(reserves))
    assert told(outcome, "asked").verdict is Verdict.VACUOUS
    assert told(outcome, "asked").untested == "no event is a 'requst'; did you mean 'request'?"


@mark.parametrize("name", ["stock", ".stock", "inventory.", ""])
def test_a_name_that_can_be_none_of_documents_is_refused(name):
    system = warehouse()
    with raises(Misuse, match="names no documents: say database"):
        system.always("mistyped", on=name)(lambda write: None)

    @system.finally_("mistyped")
    def looks(end):
        end.documents(name)

    assert told(system.run(system.story()(arrives)), "looks").verdict is Verdict.ERROR

    async def looks_in(world):
        world.documents(name)

    with raises(Misuse, match="names no documents: say database"):
        system.run(system.story()(looks_in))

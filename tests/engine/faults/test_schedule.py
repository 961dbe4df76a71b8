from inspect import signature

from pytest import mark, raises

from boxoffice import faults
from boxoffice.clock.randomness import Randomness
from boxoffice.faults import crashes, delays, duplicates, lost_requests, reorders, slow_calls
from boxoffice.faults.schedule import Fault, When


def struck(occasions, seed=0, **when):
    """Return the numbers of the occasions, each (of, at, now_s), that a fault strikes."""
    fault = Fault(When(**when))
    fault.begin(Randomness(seed).stream("fault"))
    return [number for number, it in enumerate(occasions, start=1) if fault.injects(*it)]


def test_a_fault_strikes_by_what_it_is_about_and_where_it_goes():
    occasions = [
        ("order.created", "tickets", 0.0),
        ("order.created", "payments", 0.0),
        ("order.cancelled", "tickets", 0.0),
        ("ticket.created", "orders", 0.0),
    ]
    assert struck(occasions) == [1, 2, 3, 4]
    assert struck(occasions, of="order.*") == [1, 2, 3]
    assert struck(occasions, of="order.*", at="tickets") == [1, 3]
    assert struck(occasions, of="Order.*") == []


def test_nth_counts_the_matching_occasions_from_one():
    occasions = [("a", "x", 0.0), ("b", "x", 0.0)] * 4
    assert struck(occasions, of="b", nth=[1, 3]) == [2, 6]


def test_a_window_of_time_has_its_start_and_not_its_end():
    occasions = [("a", "x", float(moment_s)) for moment_s in range(6)]
    assert struck(occasions, from_s=1.0, until_s=3.0) == [2, 3]
    assert struck(occasions, from_s=2.0, nth=[1]) == [3], "what came before is not counted"


def test_a_share_is_drawn_from_the_seed():
    occasions = [("a", "x", 0.0)] * 1000
    some = struck(occasions, seed=1, share=0.2)
    assert 150 < len(some) < 250
    assert some == struck(occasions, seed=1, share=0.2)
    assert some != struck(occasions, seed=2, share=0.2)
    assert struck(occasions, share=0.0) == []
    assert len(struck(occasions, share=1.0)) == 1000


def test_rule_and_share_go_together():
    occasions = [("a", "x", 0.0)] * 400
    some = struck(occasions, share=0.5, nth=range(1, 201))
    assert 60 < len(some) < 140
    assert max(some) <= 200


def test_a_fault_begins_anew_in_each_world():
    fault = Fault(When(nth=[1]))
    for _ in range(2):
        fault.begin(Randomness(0).stream("fault"))
        assert [fault.injects("a", "x", 0.0) for _ in range(2)] == [True, False]
        assert fault.injected == 1


@mark.parametrize("share", [-0.1, 1.1, 20, float("nan")])
@mark.parametrize("family", [crashes, delays, duplicates, lost_requests, reorders, slow_calls])
def test_a_share_is_from_nothing_to_all(family, share):
    kind = {"host": "orders"} if family is crashes else {}
    with raises(ValueError, match="share must be from 0 to 1"):
        family(share=share, **kind)


def kinds():
    """Return those that take all of When: a clock is off from one moment to another."""
    others = ("Fault", "When", "fault_of", "replicas", "skews")
    return [name for name in faults.__all__ if name not in others]


@mark.parametrize("kind", kinds())
def test_a_fault_shows_itself_as_the_call_that_makes_it(kind):
    made = getattr(faults, kind)
    needed = [it for it in signature(made).parameters.values() if it.default is it.empty]
    args = ["503" if it.name == "says" else "a" for it in needed if it.name != "when"]
    when = {"on": "write"} if kind == "partitions" else {}
    fault = made(*args, share=0.5, nth=[1, 2], **when)
    again = eval(repr(fault), {"faults": faults})
    assert repr(fault).startswith(f"faults.{kind}(")
    assert "share=0.5" in repr(fault)
    assert (again.name, again.when) == (fault.name, fault.when)


def test_a_moment_without_an_end_can_be_pasted_too():
    fault = faults.delays(until_s=float("inf"))
    assert eval(repr(fault), {"faults": faults}).when == fault.when


def test_a_fault_of_somebody_elses_says_at_least_when_it_strikes():
    class Own(Fault):
        pass

    assert repr(Own(When(of="a"))).startswith("<Own When(of='a'")


@mark.parametrize(
    ("given", "said"),
    [
        ({"nth": 1}, "nth is a list of numbers from 1 on, not 1"),
        ({"nth": [0]}, "nth is a list of numbers from 1 on"),
        ({"nth": [-1]}, "nth is a list of numbers from 1 on"),
        ({"of": None}, "of is one pattern, not None"),
        ({"by": ["ann"]}, "by is one pattern"),
        ({"from_s": 10.0, "until_s": 5.0}, "no time lies from 10.0 to 5.0"),
        ({"from_s": -5.0, "until_s": -1.0}, "no time lies from -5.0 to -1.0"),
        ({"from_s": float("nan")}, "no time lies from nan"),
    ],
)
def test_what_no_occasion_can_be_is_refused(given, said):
    with raises(ValueError, match=said):
        When(**given)

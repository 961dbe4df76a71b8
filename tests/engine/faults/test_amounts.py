"""A number, a name or a list by which a fault would strike nothing, or break a run, is refused."""

from math import inf, nan

from pytest import mark, raises

from boxoffice import faults
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.toys.depot import depot

SECONDS = {
    "down_s": lambda it: faults.crashes("keeper", down_s=it),
    "notice_s": lambda it: faults.departures("keeper", notice_s=it),
    "within_s": lambda it: faults.duplicates(within_s=it),
    "by_s": lambda it: faults.delays(by_s=it),
    "by_s of a list": lambda it: faults.delays(by_s=[1.0, it]),
    "by_s of gaps": lambda it: faults.gaps(by_s=it),
    "within_s of reorders": lambda it: faults.reorders(within_s=it),
    "by_s of calls": lambda it: faults.slow_calls(by_s=it),
    "loses_s": lambda it: faults.failovers(loses_s=it),
    "after_s": lambda it: faults.lost_writes(after_s=it),
}
LASTING = {
    "lasts_s": lambda it: faults.partitions("nats", on="stored", lasts_s=it),
    "lasts_s of refusals": lambda it: faults.failing_over(lasts_s=it),
    "until_s": lambda it: faults.duplicates(until_s=it),
    "share": lambda it: faults.duplicates(share=it),
}


@mark.parametrize("wrong", [-1.0, nan, "2", None])
@mark.parametrize("name", [*SECONDS, *LASTING])
def test_what_is_no_amount_is_refused(name, wrong):
    with raises(ValueError, match=rf"{name.split()[0]} |no time lies|{wrong}"):
        {**SECONDS, **LASTING}[name](wrong)


@mark.parametrize("name", SECONDS)
def test_what_never_ends_is_no_number_of_seconds(name):
    with raises(ValueError, match="is a number of seconds from 0 on, not inf"):
        SECONDS[name](inf)


@mark.parametrize("name", ["lasts_s", "lasts_s of refusals", "until_s"])
def test_what_lasts_may_do_so_until_all_is_healed(name):
    depot().open(0, [LASTING[name](inf)])


@mark.parametrize("by_s", [0.0, nan, inf, "1", None])
def test_a_clock_is_off_by_a_number_of_seconds(by_s):
    with raises(ValueError, match="by_s"):
        faults.skews("keeper", by_s=by_s)


@mark.parametrize("copies", [-1, 1.5, "2", True])
def test_copies_are_a_whole_number(copies):
    with raises(ValueError, match="copies is a whole number from 0 on"):
        faults.duplicates(copies=copies)


@mark.parametrize(
    ("make", "said"),
    [
        (lambda: faults.delays(by_s=[]), "a list of some, and not an empty one"),
        (lambda: faults.crashes(3), "host is a name, not 3"),
        (lambda: faults.crashes("keeper", on=3), "on is a name, not 3"),
        (lambda: faults.departures("keeper", after=3), "after is a name, not 3"),
        (lambda: faults.partitions(["nats"]), r"host is a name, not \['nats'\]"),
        (
            lambda: faults.partitions("nats", others="redis"),
            "others is a list of hosts, not 'redis",
        ),
        (lambda: faults.skews(None, by_s=1.0), "host is a name, not None"),
        (lambda: faults.refusals(""), "says is an error as a server says it, not ''"),
        (lambda: faults.refusals(503), "says is an error as a server says it, not 503"),
    ],
)
def test_what_is_no_name_and_no_list_is_refused(make, said):
    with raises(ValueError, match=said):
        make()


@mark.parametrize("given", [faults.duplicates, "duplicates", None])
def test_what_is_no_fault_is_refused(given):
    name = getattr(given, "__name__", repr(given))
    with raises(NoSuchTarget) as told:
        depot().open(0, [given])
    assert str(told.value) == f"{name} is no fault: call a function of boxoffice.faults"

import shlex

from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import mark, raises

from boxoffice import System, faults
from boxoffice.faults import fault_of
from boxoffice.faults.spelled import Misspelled
from boxoffice.misuse import Misuse
from boxoffice.properties import fault_plans
from boxoffice.properties.kinds import KINDS


def depot() -> System:
    """Return a system with a server of each kind, for whatever is aimed at one."""
    system = System("depot")
    every = {"mongo": "stock-db", "nats": "wire", "redis": "cache", "stripe": "till"}
    system.service("shelf", lambda drivers: None, **every)
    system.service("courier", lambda drivers: None, replicas=2, **every)
    return system


def same(one, other):
    """Tell whether two faults are of one class, and know the same."""

    def known(fault):
        hidden = ("expression", "give_up")
        return {name: it for name, it in vars(fault).items() if name not in hidden}

    return type(one) is type(other) and known(one) == known(other)


@mark.parametrize(
    ("text", "meant"),
    [
        (
            "delays(3, of=work.cancelled, at=courier, nth=2)",
            faults.delays(3, of="work.cancelled", at="courier", nth=[2]),
        ),
        ("delays([1, 2.5], nth=[1,3])", faults.delays([1, 2.5], nth=[1, 3])),
        ("duplicates(share=0.2)", faults.duplicates(share=0.2)),
        ("duplicates( copies = 2 ,share=1e-3, )", faults.duplicates(copies=2, share=0.001)),
        ("lost-requests(of=*_one, at=stock-db)", faults.lost_requests(of="*_one", at="stock-db")),
        ("lost_requests(of=[!f]*)", None),
        ("lost_requests(of='[!f]*')", faults.lost_requests(of="[!f]*")),
        ("lost_requests(of=a[bc]*)", faults.lost_requests(of="a[bc]*")),
        ("refusals(503, at=wire)", faults.refusals("503", at="wire")),
        ("refusals('LOADING it', done=true)", faults.refusals("LOADING it", done=True)),
        ("refusals('BUSY', lasts_s=inf)", faults.refusals("BUSY", lasts_s=float("inf"))),
        ("crashes(shelf, after=redis.set)", faults.crashes("shelf", after="redis.set")),
        (
            "partitions(shelf, courier, others=wire, from_s=2)",
            faults.partitions("shelf", "courier", others=["wire"], from_s=2),
        ),
        ("skews(courier, by_s=-60)", faults.skews("courier", by_s=-60)),
        ("skews(host=courier, by_s=-.5)", faults.skews("courier", by_s=-0.5)),
    ],
)
def test_a_fault_is_made_by_the_text_of_its_call(text, meant):
    if meant is None:
        with raises(Misspelled):
            fault_of(text)
    else:
        assert same(fault_of(text), meant)


@mark.parametrize("make", KINDS, ids=lambda it: it.__name__)
@given(data=st.data())
@settings(max_examples=5)
def test_whatever_a_fault_shows_makes_the_same_again(make, data):
    plans = fault_plans(depot(), kinds=[make], subjects=["work.*"], writes=["stock.insert_one"])
    for fault in data.draw(plans):
        assert same(fault_of(repr(fault)), fault)
        assert repr(fault_of(repr(fault))) == repr(fault)


@given(pattern=st.text(), numbers=st.lists(st.integers(1, 99)), share=st.floats(0.0, 1.0))
def test_no_pattern_is_too_odd_to_be_read_again(pattern, numbers, share):
    fault = faults.lost_responses(of=pattern, nth=tuple(numbers), share=share, until_s=float("inf"))
    assert same(fault_of(repr(fault)), fault)


@given(text=st.text(alphabet="delays(),=[]'\" of.\\*1-\n", max_size=40) | st.text())
def test_what_is_no_fault_is_told_in_a_line(text):
    with raises(Misspelled) as told:
        fault_of(text)
    assert len(str(told.value).splitlines()) == 1


@mark.parametrize(
    ("text", "said"),
    [
        ("delay(3)", "there is no delay; did you mean 'delays'?"),
        ("When(of=a)", "there is no When"),
        ("delays(3, off=a)", "delays is told no off; did you mean 'of'?"),
        ("skews(a, by_s=1, share=0.5)", "skews is told no share"),
        ("delays(3, 4)", "too many positional arguments"),
        ("delays(3, by_s=4)", "multiple values for argument 'by_s'"),
        ("crashes()", "missing a required argument: 'host'"),
        ("delays(of=a, of=b)", "it says of twice"),
        ("delays(of=a, 3)", "'3' has no name, and comes after what has one"),
        ("delays(soon)", "by_s is a number of seconds from 0 on, not 'soon'"),
        ("duplicates(share=20)", "share must be from 0 to 1, not 20"),
        ("duplicates(share=)", "a value is missing before ')'"),
        ("duplicates", "say of what: duplicates(share=0.1), or duplicates() for each occasion"),
        ("duplicates(share=0.1", "a ',' or ')' is missing at its end"),
        ("delays(nth=[1, 2)", "a ',' or ']' is missing before ')'"),
        ("delays(3) and more", "'and' comes after its end"),
        ("delays(of='a)", 'a quote is not closed: "\'a)"'),
        ("delays(open('x'))", "open(…) is no value"),
        ("(3)", "it does not begin with a name"),
        ("", "it ends too soon"),
        ("no.such.module:fault(3)", "No module named 'no'"),
        ("shlex:fault(3)", "module 'shlex' has no attribute 'fault'"),
        ("os:getcwd()", "getcwd is no function of os that makes faults"),
        ("shlex:split(a)", "split is no function of shlex that makes faults"),
        (f"{__name__}:fault_plans()", "fault_plans is no function of"),
        (f"{__name__}:depot()", "makes no fault, but System"),
    ],
)
def test_a_mistake_is_told_with_what_comes_near(text, said):
    with raises(Misuse) as told:
        fault_of(text)
    assert said in str(told.value)
    assert repr(text) in str(told.value)


def twice(by_s: float, **when) -> faults.Fault:
    return faults.delays([by_s, by_s], **when)


def test_a_function_of_ones_own_is_called_by_its_module():
    fault = fault_of(f"{__name__}:twice(3, of=work.*)")
    assert same(fault, faults.delays([3, 3], of="work.*"))


def test_a_shell_needs_no_more_than_quotes_around_it():
    (text,) = shlex.split("'delays(3, of=work.*, nth=2)'")
    assert repr(fault_of(text)) == "faults.delays(3, of='work.*', nth=[2])"

"""A run as a short text, and what a replay says of it when the code has changed."""

import base64
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from pytest import mark, raises

from boxoffice import Tape, faults
from boxoffice.misuse import Misuse
from boxoffice.search import Case, Names, case_of, marks_of, token_of
from boxoffice.search.marks import Marks, differs
from boxoffice.search.strategies.delays import Delays
from boxoffice.search.strategies.priorities import Priorities
from boxoffice.search.token import BEGIN, _packed, _sum
from tests.engine.search.shelves import looks_first, rummage


def called(known):
    def named(name):
        if name not in known:
            raise Misuse(f"there is no {name!r}")
        return known[name]

    return named


def of_text(text):
    assert text == "faults.duplicates(share=0.5)"
    return faults.duplicates(share=0.5)


def spelled(said):
    return BEGIN + _packed(said)


def deep(times):
    text = b"[" * times
    return BEGIN + base64.urlsafe_b64encode(text + _sum(text)).decode().rstrip("=")


NAMES = Names(called({"rummage": rummage}), called({"looks-first": looks_first}), of_text)

numbers = st.frozensets(st.integers(0, 20), max_size=6)
tapes = st.builds(
    Tape,
    deeds=st.none() | numbers,
    strikes=st.none() | st.dictionaries(st.integers(0, 40), numbers, max_size=4),
    steady=st.booleans() | st.frozensets(st.sampled_from(["a->b", "b->a"])),
    haste=st.booleans(),
    forks=st.lists(st.tuples(st.floats(0, 1e6), st.integers(0, 9)), max_size=2),
    schedule=st.none() | st.sampled_from([Priorities(3, 7), Delays(), Delays((4, 9))]),
)


@given(
    st.integers(0, 2**63 - 1), st.sampled_from([None, looks_first]), st.none() | st.just(5), tapes
)
def test_a_token_says_the_same_run(seed, bug, size, tape):
    case = Case(rummage, seed, bug, (), size, tape)
    assert case_of(token_of(case, NAMES), NAMES) == (case, None)


def test_a_token_has_the_faults_that_were_added():
    case, _ = case_of(
        token_of(Case(rummage, 1, faults=[of_text(repr(faults.duplicates(share=0.5)))]), NAMES),
        NAMES,
    )
    assert [repr(it) for it in case.faults] == ["faults.duplicates(share=0.5)"]


def test_the_token_of_a_small_run_is_short():
    struck = {3: frozenset({1}), 12: frozenset(range(44, 300))}
    tape = Tape(frozenset({3, 7, 9, 11}), struck, steady=True)
    case = Case(rummage, 123_456, looks_first, tape=tape)
    marks = Marks(1234, ["abc"] * 6)
    assert len(token_of(case, NAMES, marks)) <= 200


@mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with bx1-"),
        ("hello", "begins with bx1-"),
        ("bx1-", "damaged"),
        ("bx1-%%%", "damaged"),
        ("bx1-AAAA", "damaged"),
        ("bx1-e30", "damaged"),  # {}, without its sum
        (spelled({}), "says no run"),
        (spelled([]), "says no run"),
        (spelled(1), "says no run"),
        (spelled({"s": "rummage", "n": -1}), "from 0 on"),
        (spelled({"s": "rummage", "n": 10**40}), "at most"),
        (spelled({"s": "rummage", "n": 1, "z": 10**9}), "at most"),
        (spelled({"s": "rummage", "n": 1, "d": [float("inf")]}), "says no run"),
        (spelled({"s": "rummage", "n": 1, "t": [[float("nan"), 1]]}), "says no run"),
        (spelled({"s": "rummage", "n": 1, "m": "-1:aaabbbcccdddeeefff"}), "no marks"),
        (deep(100_000), "damaged"),
        (spelled({"s": "rummage", "n": 1, "k": []}), "says no run"),
        (spelled({"s": "rummage", "n": 1, "k": {"0": [[1, 10**12]]}}), "so many strikes"),
    ],
)
def test_what_is_no_token_is_refused_in_words(text, says):
    with raises(Misuse, match=says):
        case_of(text, NAMES)


def test_a_token_with_another_letter_is_refused():
    token = token_of(Case(rummage, 5, looks_first), NAMES)
    for place in range(4, len(token) - 1):  # the last may have bits that nobody reads
        for letter in "Aq7_":
            other = token[:place] + letter + token[place + 1 :]
            if letter != token[place]:
                with raises(Misuse):
                    case_of(other, NAMES)


@mark.parametrize("cut", [5, 20, -1, -7])
def test_a_token_that_lost_a_part_is_refused(cut):
    token = token_of(Case(rummage, 5, looks_first), NAMES, Marks(99, ["abc"] * 6))
    with raises(Misuse):
        case_of(token[:cut], NAMES)


def test_a_name_that_is_gone_is_told():
    token = token_of(Case(replace(rummage, name="ramble"), 5), NAMES)
    with raises(Misuse, match="there is no 'ramble'"):
        case_of(token, NAMES)


def test_the_same_run_has_the_same_marks():
    first, again = Case(rummage, 5).play().trace, Case(rummage, 5).play().trace
    assert differs(Marks.parse(str(marks_of(first))), again) == ""


def test_another_run_is_told_from_which_event_on_it_is_another():
    trace = Case(rummage, 5).play().trace
    marks = marks_of(trace)
    other = Case(rummage, 5, tape=Tape(forks=[(0.4, 1)])).play().trace
    first = next(
        nth
        for nth, (one, two) in enumerate(zip(trace.events, other.events, strict=False))
        if one != two
    )
    _, _, low, _, _, high = differs(marks, other).split()
    assert int(low) <= first <= int(high)

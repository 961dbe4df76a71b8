from pytest import mark, raises

from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation, merged, overall

V, U, H, N = Verdict.VIOLATED, Verdict.UNDECIDED, Verdict.HOLDS, Verdict.VACUOUS


def judged(verdict, name="a", *breaches):
    return Judgement(name, Kind.ALWAYS, verdict, [Violation(name, it) for it in breaches])


@mark.parametrize(
    ("found", "whole"),
    [([H, N, U, V], V), ([H, N, U], U), ([N, H], H), ([N, N], N), ([], N)],
)
def test_a_run_is_worth_what_its_worst_judgement_is(found, whole):
    assert overall([judged(verdict) for verdict in found]) is whole


@mark.parametrize(
    ("rounds", "worst"),
    [([V, H], V), ([H, V], V), ([U, H], U), ([N, H], H), ([H, N], H), ([N, N], N)],
)
def test_of_several_rounds_the_worst_counts(rounds, worst):
    (one,) = merged([[judged(verdict)] for verdict in rounds])
    assert one.verdict is worst


def test_a_breach_that_is_found_in_both_rounds_counts_once():
    (one,) = merged([[judged(V, "a", "x", "y")], [judged(V, "a", "y", "z")]])
    assert [it.message for it in one.violations] == ["x", "y", "z"]


def test_invariants_are_merged_each_with_itself():
    names = merged([[judged(H, "a"), judged(V, "b", "x")], [judged(H, "a"), judged(H, "b")]])
    assert [(it.invariant, it.verdict) for it in names] == [("a", H), ("b", V)]


def test_rounds_that_judged_different_things_are_no_rounds():
    with raises(ValueError):
        merged([[judged(H, "a")], []])

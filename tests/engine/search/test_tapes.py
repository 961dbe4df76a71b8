"""What is kept of a run: its deeds, the strikes of its faults, the whims of its links."""

from pytest import raises

from boxoffice import Tape, run
from boxoffice.misuse import Misuse
from tests.engine.search.shelves import looks_first, rummage


def asked(outcome):
    return [
        (it.host, it["method"], it["path"])
        for it in outcome.trace.of_kind("request")
        if it.host != "Librarian"
    ]


def lates(outcome):
    return list(outcome.trace.of_kind("late"))


def test_a_seed_draws_the_same_deeds_each_time():
    assert rummage.drawn(3).deeds == rummage.drawn(3).deeds
    assert rummage.drawn(3).deeds != rummage.drawn(4).deeds
    assert len(rummage.drawn(3, 4).deeds) == 4


def test_a_tape_that_keeps_all_is_the_run_itself():
    whole = run(rummage, seed=5)
    again = run(rummage, seed=5, tape=Tape(strikes=whole.strikes))
    assert whole.trace.sha256() == again.trace.sha256()
    every = Tape(deeds=frozenset(range(10)))
    assert whole.trace.sha256() == run(rummage, seed=5, tape=every).trace.sha256()


def test_only_the_deeds_that_are_kept_are_done():
    deeds = rummage.drawn(5).deeds
    kept = run(rummage, seed=5, tape=Tape(deeds=frozenset({2, 7})))
    people = sorted(who for who, _, _ in asked(kept))
    assert people == sorted(deeds[number].who for number in (2, 7))


def test_only_the_strikes_that_are_kept_are_struck():
    whole = run(rummage, seed=5)
    ((number, struck),) = whole.strikes.items()
    one = frozenset({min(struck)})
    kept = run(rummage, seed=5, tape=Tape(strikes={number: one}))
    assert kept.strikes == {number: one}
    assert len(lates(kept)) == 1 < len(lates(whole))
    assert not lates(run(rummage, seed=5, tape=Tape(strikes={})))


def test_a_fault_takes_all_its_occasions_again_in_the_next_run():
    whole = run(rummage, seed=5).strikes
    run(rummage, seed=5, tape=Tape(strikes={}))
    assert run(rummage, seed=5).strikes == whole


def test_steady_links_take_equally_long():
    still = run(rummage, seed=5, tape=Tape(deeds=frozenset(), strikes={}, steady=True))
    whole = run(rummage, seed=5, tape=Tape(deeds=frozenset(), strikes={}))
    one = run(
        rummage,
        seed=5,
        tape=Tape(deeds=frozenset(), strikes={}, steady=frozenset({"library->mongo"})),
    )
    assert len({it.trace.sha256() for it in (still, whole, one)}) == 3
    other = run(rummage, seed=6, tape=Tape(deeds=frozenset(), strikes={}, steady=True))
    took = [it["method"] for it in still.trace.of_kind("request")]
    assert took == [it["method"] for it in other.trace.of_kind("request")]
    assert still.virtual_s == other.virtual_s


def test_a_fork_leaves_what_was_before_as_it_was():
    whole = run(rummage, seed=5)
    moment_s = 0.2
    others = [run(rummage, seed=5, tape=Tape(forks=[(moment_s, salt)])) for salt in (1, 1, 2)]
    assert others[0].trace.sha256() == others[1].trace.sha256()
    assert len({it.trace.sha256() for it in (whole, *others)}) == 3
    for other in others:
        for was, now in zip(whole.trace.events, other.trace.events, strict=False):
            if was.at_us >= moment_s * 1e6:
                break
            assert was == now


def test_a_deed_that_the_seed_has_not_drawn_cannot_be_kept():
    with raises(Misuse, match="there are 10 deeds, and number 12 is kept"):
        run(rummage, seed=5, tape=Tape(deeds=frozenset({12})))


def test_a_storm_finds_what_its_twin_breaks():
    found = [seed for seed in range(20) if run(rummage, seed, looks_first).verdict == "violated"]
    assert len(found) >= 3
    assert all(run(rummage, seed).verdict != "violated" for seed in range(20))

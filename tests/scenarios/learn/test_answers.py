"""Each reference solution holds, and each typical wrong answer falls where it says, and why."""

from collections import Counter

from pytest import mark

from boxoffice.search import Case, fallen
from scenarios.learn.checking import AGAIN, FIRST_SEED, SOUND, check
from scenarios.learn.rungs import RUNGS, rung_named
from tests.real.tiers import sampled, unhurried
from tests.scenarios.learn import answers

FEW = 3


def played(source, rung, story):
    return Case(rung.story(source), FIRST_SEED + story - 1, size=rung.minutes).play()


@mark.parametrize("name", answers.WRONG)
def test_a_wrong_answer_falls_in_the_story_that_it_names(name):
    answer = answers.wrong(name)
    assert fallen(played(answer.source, answer.rung, answer.story))[0] == answer.promise
    # The story is not to blame: whoever does it right survives it.
    assert played(answers.sound(answer.rung.name), answer.rung, answer.story).verdict in SOUND


@mark.parametrize("name", answers.SOUND)
def test_a_solution_holds_on_its_rung_and_below(name):
    assert check(rung_named(name), answers.sound(name), seeds=FEW).holds


def test_each_rung_has_wrong_answers():
    there = Counter(answers.wrong(name).rung.name for name in answers.WRONG)
    assert [rung.name for rung in RUNGS if there[rung.name] < 3] == []


@unhurried
@mark.parametrize("name", sampled(answers.SOUND, every=len(answers.SOUND), real=4))
def test_a_solution_passes_the_whole_bar(name):
    result = check(rung_named(name), answers.sound(name))
    assert result.holds, str(result)


@unhurried
@mark.parametrize("name", answers.WRONG)
def test_a_wrong_answer_holds_until_its_story(name):
    answer = answers.wrong(name)
    place = RUNGS.index(answer.rung)
    for below in RUNGS[max(0, place - 1) : place]:
        for story in range(1, below.seeds // AGAIN + 1):
            assert played(answer.source, below, story).verdict in SOUND, (below.name, story)
    for story in range(1, answer.story):
        assert played(answer.source, answer.rung, story).verdict in SOUND, story


@unhurried
def test_each_promise_is_put_to_the_test_by_its_rung():
    for rung in RUNGS:
        source, tested = answers.sound(rung.name), set()
        for story in range(1, 21):
            outcome = played(source, rung, story)
            tested |= {it.invariant for it in outcome.judgements if it.verdict == "holds"}
        assert {it.name for it in rung.promises} <= tested, rung.name

"""The zoo as a whole: who is in it, and that each of its twins stands in for something."""

import pkgutil
from types import SimpleNamespace

from pytest import fail, mark, raises

import scenarios.zoo
from boxoffice import Twin, runs
from scenarios.catalogue import everything, scenario_named, scenarios_by_name, storms
from scenarios.shop.checks import INVARIANTS
from scenarios.zoo import TWINS, gathered
from tests.real.tiers import sampled

INCIDENTS = range(1, 30)  # of the list that the project was begun with
FAMILIES = {it.name for it in pkgutil.iter_modules(scenarios.zoo.__path__)} - {"__main__"}


def twin(name):
    return Twin(name, "none", "none", "module:function", twin)


def room(**things):
    return SimpleNamespace(__name__="room", **things)


def test_a_twin_is_in_the_zoo_by_being_written_in_one_of_its_modules():
    first, second, third = twin("first"), twin("second"), twin("third")
    rooms = [room(b=second, other=len, a=first), room(c=third)]
    assert list(gathered(rooms).items()) == [("second", second), ("first", first), ("third", third)]


def test_a_twin_that_is_imported_by_another_room_is_there_once():
    one = twin("one")
    assert gathered([room(one=one), room(one=one)]) == {"one": one}


def test_two_twins_of_one_name_are_an_error():
    with raises(ValueError, match=r"^room: there is another twin named 'one'$"):
        gathered([room(one=twin("one")), room(two=twin("one"))])


def test_every_module_is_the_family_of_some_twin():
    assert {it.family for it in TWINS.values()} == FAMILIES


def test_there_are_sixty_twins_and_some_of_each_tier():
    assert len(TWINS) >= 60
    assert {it.tier for it in TWINS.values()} == {"easy", "medium", "hard"}


def test_every_incident_is_in_the_zoo():
    assert {it.incident for it in TWINS.values()} - {None} == set(INCIDENTS)


def test_every_twin_names_an_invariant():
    assert {it.invariant for it in TWINS.values()} <= {it.name for it in INVARIANTS}


def test_every_twin_says_in_words_what_it_takes_away():
    defences = [it.defence for it in TWINS.values()]
    assert len(set(defences)) == len(defences)
    assert not [it for it in defences if it.endswith(".") or not it[0].islower()]


def test_every_twin_says_in_words_when_it_shows_and_which_story_shows_it():
    shows = [it.shows for it in TWINS.values()]
    assert not [it for it in shows if not it or it.endswith(".") or len(it) > 90]
    told = {it["name"]: it["story"] for it in everything()["twins"]}
    assert told["no-holder-check"] == "late-cancel"
    assert {name for name, story in told.items() if story} == {
        twin.name for story in scenarios_by_name().values() for twin in story.twins
    }


@mark.parametrize("name", TWINS)
def test_every_twin_fits_in_its_place(name):
    with TWINS[name].in_place():
        pass
    assert TWINS[name].real is not TWINS[name].stand_in


@mark.parametrize("name", sampled(TWINS, every=20, real=4))
def test_every_twin_is_called_in_some_run(name):
    stories = [it for it in scenarios_by_name().values() if it not in storms()]
    few = [(it, [it.seed]) for it in (scenario_named("rush"), *stories)]
    many = [(it, range(10)) for it in storms()]
    for story, seeds in few + many:
        if any(it.stand_in_calls != 0 for it in runs(story, seeds, TWINS[name])):
            return
    fail(f"nobody ever called {name}")

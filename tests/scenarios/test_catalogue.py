import asyncio
from pathlib import Path

from pytest import mark, raises

from boxoffice.faults import duplicates
from scenarios import catalogue
from scenarios.catalogue import FAULT_SUMMARIES, FAULTS, HEADLINES, scenarios_by_name
from scenarios.scenario import scenario
from scenarios.shop.checks import no_double_sale
from scenarios.unknown import Unknown
from scenarios.zoo import TWINS

ROOMS = Path(catalogue.__file__).parent


def test_every_file_of_a_room_has_a_scenario_named_like_it():
    files = [it.stem for room in ("stories", "storms") for it in (ROOMS / room).glob("[!_]*.py")]
    assert sorted(scenarios_by_name()) == sorted(name.replace("_", "-") for name in files)


def test_the_headline_stories_come_first_in_their_order():
    assert tuple(scenarios_by_name())[: len(HEADLINES)] == HEADLINES


def test_every_story_tells_what_it_is_about_in_one_line():
    for one in scenarios_by_name().values():
        assert one.summary.endswith("."), one.name
        assert len(one.summary) <= 100, one.name


def test_every_headline_story_has_checks_and_a_twin():
    for name in HEADLINES:
        one = catalogue.scenario_named(name)
        assert one.checks
        assert one.twins


def test_every_twin_of_a_story_is_in_the_zoo():
    used = {twin.name: twin for one in scenarios_by_name().values() for twin in one.twins}
    assert used.items() <= TWINS.items()


def test_every_fault_has_a_summary_and_is_new_each_time():
    assert list(FAULTS) == list(FAULT_SUMMARIES)
    for name in FAULTS:
        fault = catalogue.fault_named(name)
        assert fault.name == name
        assert catalogue.fault_named(name) is not fault


@mark.parametrize(
    ("find", "name", "close"),
    [
        (catalogue.scenario_named, "lastseat", "no scenario 'lastseat'; did you mean 'last-seat'"),
        (catalogue.twin_named, "no-outbx", "no twin 'no-outbx'; did you mean 'no-outbox'"),
        (catalogue.fault_named, "duplicate", "no fault 'duplicate'; did you mean 'duplicates'"),
        (catalogue.fault_named, "???", "there are duplicates, reorders, delays"),
        (catalogue.scenario_named, "", "there are purchase, expiry"),
    ],
)
def test_a_wrong_name_is_answered_with_a_close_one_or_with_all(find, name, close):
    with raises(Unknown, match=close.replace("?", "[?]")):
        find(name)


def test_a_function_becomes_a_scenario_named_like_it():
    fault = duplicates()

    @scenario(faults=[fault], checks=[no_double_sale], seed=7, size=3)
    async def two_words(town):
        """A line.

        And a paragraph.
        """

    assert (two_words.name, two_words.summary) == ("two-words", "A line.")
    assert (two_words.faults, list(two_words.checks)) == ((fault,), [no_double_sale])
    assert (two_words.seed, two_words.size) == (7, 3)
    assert asyncio.iscoroutinefunction(two_words.script)

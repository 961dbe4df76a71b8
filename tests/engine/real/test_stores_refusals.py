"""What the served MongoDB refuses, and with which number."""

from pymongo.errors import OperationFailure
from pytest import mark, raises

from tests.engine.real.mongo_bench import code, spoken, told


def test_a_command_that_is_not_there_is_refused_by_its_name():
    async def story(database, clock):
        with raises(OperationFailure, match="no such command: 'reIndex'") as refused:
            await database.command("reIndex", "tickets")
        return refused.value.code, refused.value.details["codeName"]

    assert told(story) == (59, "CommandNotFound")


@mark.parametrize(
    "command",
    [
        {"find": "tickets", "collation": {"locale": "de"}},
        {"find": "tickets", "hint": "_id_"},
        {"update": "tickets", "updates": [], "let": {}},
        {"createIndexes": "tickets", "indexes": [{"key": {"a": 1}, "name": "a", "hidden": True}]},
        {"aggregate": "tickets", "cursor": {}, "pipeline": [{"$out": "others"}]},
    ],
)
def test_what_would_be_passed_over_in_silence_is_refused(command):
    assert told(lambda database, _: code(database.command(command))) == 238


def test_what_one_write_of_many_asks_for_in_vain_is_the_refusal_of_that_write():
    async def story(database, clock):
        statement = {"q": {}, "u": {"$set": {"a.$[x]": 1}}, "arrayFilters": [{"x": 1}]}
        said = await database.command({"update": "tickets", "updates": [statement]})
        return [(each["index"], each["code"]) for each in said["writeErrors"]]

    assert told(story) == [(0, 238)]


def test_there_are_no_transactions():
    ask = {"insert": "tickets", "documents": [{}], "txnNumber": 1, "autocommit": False}
    said = spoken(lambda line: line.ask(ask))
    assert (said["ok"], said["code"]) == (0.0, 20)


@mark.parametrize("missing", [{"insert": "tickets"}, {"update": "tickets"}, {"getMore": 5}])
def test_a_command_without_what_it_needs_is_refused_and_the_connection_goes_on(missing):
    async def talk(line):
        refused = await line.ask(missing)
        return refused["ok"], bool(refused["errmsg"]), await line.ask({"ping": 1})

    assert spoken(talk) == (0.0, True, {"ok": 1.0})


def test_a_collection_needs_a_name():
    said = [spoken(lambda line, name=name: line.ask({"count": name})) for name in (7, "", "a..b")]
    assert [(each["ok"], each["code"]) for each in said] == [(0.0, 73)] * 3


def test_indexes_of_a_collection_that_is_not_there_are_not_found():
    assert told(lambda database, _: code(database.command("listIndexes", "never"))) == 26

import sys
from types import ModuleType

from pytest import mark, raises

import services.common.versioning as versioning
from boxoffice.world.twin import Twin
from services.common.messaging import Consumer


def twin(target, stand_in=lambda *args: "a worse one"):
    return Twin("worse", "something holds", "no-double-sale", target, stand_in)


def importers(function):
    """Return every loaded module of services that has a function under its name."""
    return sorted(
        name
        for name, module in sys.modules.items()
        if name.startswith("services.") and getattr(module, function.__name__, None) is function
    )


def test_a_function_is_replaced_wherever_services_have_imported_it():
    real = versioning.is_next
    users = importers(real)
    assert len(users) > 1, "or this test shows nothing"
    worse = twin("services.common.versioning:is_next")
    with worse.in_place():
        assert importers(real) == []
        assert versioning.is_next() == "a worse one"
    assert importers(real) == users


def test_a_method_is_replaced_in_its_class():
    real = Consumer.handle
    with twin("services.common.messaging:Consumer.handle").in_place():
        assert Consumer.handle() == "a worse one"
    assert Consumer.handle is real


@mark.parametrize(
    "target", ["services.common.versioning:is_next", "services.common.messaging:Consumer.handle"]
)
def test_the_defence_is_back_when_a_run_raises(target):
    before = versioning.is_next, Consumer.handle

    def run():
        with twin(target).in_place():
            assert (versioning.is_next, Consumer.handle) != before
            raise LookupError

    with raises(LookupError):
        run()
    assert (versioning.is_next, Consumer.handle) == before


@mark.parametrize(
    ("target", "error"),
    [
        ("services.nowhere:function", ModuleNotFoundError),
        ("services.common.versioning:nothing", AttributeError),
        ("services.common.messaging:Nobody.handle", AttributeError),
        ("services.common.messaging:Consumer.nothing", AttributeError),
    ],
)
def test_a_target_that_is_not_there_is_an_error(target, error):
    with raises(error), twin(target).in_place():
        pass


def test_something_else_of_the_same_name_is_left_alone(monkeypatch):
    namesake = ModuleType("services.namesake")
    namesake.is_next = "something else"
    monkeypatch.setitem(sys.modules, "services.namesake", namesake)
    with twin("services.common.versioning:is_next").in_place():
        assert namesake.is_next == "something else"

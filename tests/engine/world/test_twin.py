import asyncio
import importlib
import sys
import types
from contextlib import nullcontext, suppress

from pytest import fixture, mark, raises

from boxoffice.world.twin import NoDefence, Twin


@fixture(autouse=True)
def warehouse(tmp_path, monkeypatch):
    """A package of somebody's, `stores`, and one beside it that imports from there."""
    stores, desk = tmp_path / "stores", tmp_path / "desk"
    for package in (stores, desk):
        package.mkdir()
        (package / "__init__.py").write_text("")
    (stores / "rules.py").write_text(
        "def allowed(left):\n    return left > 0\n"
        "async def asked():\n    return 'asked'\n"
        "class Shelf:\n"
        "    def take(self):\n        return 'taken'\n"
        "    @staticmethod\n"
        "    def new():\n        return 'new'\n"
    )
    (stores / "api.py").write_text("from stores.rules import allowed\n")
    (desk / "main.py").write_text("from stores.rules import allowed as may_take\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in [it for it in sys.modules if it.partition(".")[0] in ("stores", "desk")]:
        del sys.modules[name]


def load(name):
    return importlib.import_module(name)


def worse(*args):
    return "a worse one"


def twin(target, stand_in=worse):
    return Twin("worse", "something holds", "nothing is lost", target, stand_in)


def test_a_function_is_replaced_wherever_and_as_whatever_it_was_imported():
    rules, api, desk = load("stores.rules"), load("stores.api"), load("desk.main")
    real = rules.allowed
    with twin("stores.rules:allowed").in_place():
        assert rules.allowed(0) == api.allowed(0) == desk.may_take(0) == "a worse one"
    assert rules.allowed is api.allowed is desk.may_take is real


def test_a_twin_is_of_the_family_of_the_module_in_which_it_is_written():
    assert twin("stores.rules:allowed").family == "test_twin"
    assert twin("stores.rules:Shelf.new", staticmethod(worse)).family == "test_twin"


def test_how_hard_a_twin_is_to_find_and_whether_it_has_happened_need_not_be_said():
    one = twin("stores.rules:allowed")
    assert (one.tier, one.incident) == ("medium", None)


def test_a_module_that_is_loaded_anew_meanwhile_has_the_stand_in_too():
    kept = load("stores.rules"), load("stores.api")
    with twin("stores.rules:allowed").in_place() as standing:
        for name in ("stores.rules", "stores.api"):
            del sys.modules[name]
        anew = load("stores.api"), load("stores.rules")
        assert all(it.allowed(0) == "a worse one" for it in (*kept, *anew))
        assert standing.calls == 4
    assert kept[0].allowed(0) is anew[1].allowed(0) is False
    assert not any(type(it).__module__.startswith("boxoffice") for it in sys.meta_path)


def test_a_method_is_replaced_in_its_class():
    rules = load("stores.rules")
    real = dict(vars(rules.Shelf))
    with twin("stores.rules:Shelf.take").in_place():
        assert rules.Shelf().take() == "a worse one"
    with twin("stores.rules:Shelf.new", staticmethod(worse)).in_place():
        assert rules.Shelf().new() == rules.Shelf.new() == "a worse one"
    assert dict(vars(rules.Shelf)) == real


def test_a_function_that_is_awaited_is_replaced_by_one_that_is():
    async def instead():
        return "a worse one"

    with twin("stores.rules:asked", instead).in_place() as standing:
        asked = load("stores.rules").asked
        assert asyncio.iscoroutinefunction(asked)
        assert asyncio.run(asked()) == "a worse one"
    assert standing.calls == 1


def test_what_the_stand_in_comes_from_keeps_the_real_one(monkeypatch):
    rules = load("stores.rules")
    judge = types.ModuleType("audit.judge")
    judge.allowed = rules.allowed
    monkeypatch.setitem(sys.modules, "audit.judge", judge)

    def at_least_two(left):
        return judge.allowed(left - 1)

    at_least_two.__module__ = "audit.twins"
    with twin("stores.rules:allowed", at_least_two).in_place():
        assert (rules.allowed(1), rules.allowed(2)) == (False, True)


def test_a_stand_in_may_be_made_of_the_real_one():
    def at_least_two(left):
        return worse_by_one.real(left - 1)

    worse_by_one = twin("stores.rules:allowed", at_least_two)
    assert worse_by_one.real is load("stores.rules").allowed
    with worse_by_one.in_place():
        assert [load("stores.rules").allowed(left) for left in (1, 2)] == [False, True]


def test_a_module_that_is_first_loaded_meanwhile_has_the_real_one_afterwards():
    with twin("stores.rules:allowed").in_place():
        api, desk = load("stores.api"), load("desk.main")
        assert api.allowed(0) == desk.may_take(0) == "a worse one"
    assert api.allowed is desk.may_take is load("stores.rules").allowed


def test_a_stand_in_that_nobody_calls_says_so():
    with twin("stores.rules:allowed").in_place() as standing:
        pass
    assert standing.calls == 0


def takes_nothing():
    return "nothing"


def takes_two(left, right):
    return "both"


def takes_by_name(*, left):
    return left


def takes_something_else(*, right):
    return right


@mark.parametrize("stand_in", [takes_nothing, takes_two, takes_something_else])
def test_a_stand_in_that_takes_no_call_of_the_real_one_is_refused(stand_in):
    said = rf"'worse': {stand_in.__name__}\(.*\) cannot stand in for allowed\(left\)$"
    with raises(NoDefence, match=said):
        twin("stores.rules:allowed", stand_in).in_place().__enter__()


def test_one_that_takes_it_by_name_is_not():
    with twin("stores.rules:allowed", takes_by_name).in_place():
        assert load("stores.rules").allowed(left=2) == 2


@mark.parametrize("heard", [True, False])
def test_one_that_was_called_in_vain_has_shown_nothing(heard):
    with (
        raises(NoDefence, match=r"'worse': takes_by_name\(\) takes 0 positional arguments"),
        twin("stores.rules:allowed", takes_by_name).in_place(),
        nullcontext() if heard else suppress(TypeError),
    ):
        load("stores.rules").allowed(2)


def test_one_that_cannot_be_awaited_has_shown_nothing():
    async def asks():
        with suppress(TypeError):
            await load("stores.rules").asked()

    with (
        raises(NoDefence, match=r"'worse': takes_nothing\(\) is awaited, and returns a str"),
        twin("stores.rules:asked", takes_nothing).in_place(),
    ):
        asyncio.run(asks())


def test_a_type_error_of_its_own_is_one():
    def wrong(left):
        return left + "s"

    with (
        raises(TypeError, match="unsupported operand"),
        twin("stores.rules:allowed", wrong).in_place(),
    ):
        load("stores.rules").allowed(2)


@mark.parametrize("target", ["stores.rules:allowed", "stores.rules:Shelf.take"])
def test_the_defence_is_back_when_a_run_raises(target):
    rules, api = load("stores.rules"), load("stores.api")
    before = rules.allowed, api.allowed, rules.Shelf.take

    def run():
        with twin(target).in_place():
            assert (rules.allowed, api.allowed, rules.Shelf.take) != before
            raise ZeroDivisionError

    with raises(ZeroDivisionError):
        run()
    assert (rules.allowed, api.allowed, rules.Shelf.take) == before


@mark.parametrize(
    ("target", "said"),
    [
        ("stores.rule:allowed", "no module 'stores.rule'; did you mean 'stores.rules'"),
        ("store.rules:allowed", "no module 'store.rules'"),
        ("stores.rules:allwoed", "stores.rules has no 'allwoed'; did you mean 'allowed'"),
        ("stores.rules:Shelv.take", "stores.rules has no 'Shelv'; did you mean 'Shelf'"),
        ("stores.rules:Shelf.tak", "Shelf has no 'tak'; did you mean 'take'"),
        ("stores.rules.allowed", "'stores.rules.allowed' is not 'module:function'"),
        ("stores.rules:", "'stores.rules:' is not 'module:function'"),
    ],
)
def test_a_target_that_is_not_there_is_an_error_with_the_nearest_name(target, said):
    with raises(NoDefence, match=f"^twin 'worse'.*{said}") as told, twin(target).in_place():
        pass
    assert "\n" not in str(told.value)


def test_a_module_that_cannot_be_loaded_says_why_itself(tmp_path):
    (tmp_path / "stores" / "broken.py").write_text("import nothing_of_that_name\n")
    with raises(ModuleNotFoundError, match="nothing_of_that_name"):
        twin("stores.broken:function").in_place().__enter__()


def test_a_twin_that_is_the_real_one_is_an_error():
    real = load("stores.rules").allowed
    with raises(NoDefence, match="stands in for itself"):
        twin("stores.rules:allowed", real).in_place().__enter__()


def test_something_else_of_the_same_name_is_left_alone(monkeypatch):
    rules, namesake = load("stores.rules"), types.ModuleType("namesake")
    namesake.allowed = "something else"
    monkeypatch.setitem(sys.modules, "namesake", namesake)
    with twin("stores.rules:allowed").in_place():
        assert rules.allowed(0) == "a worse one"
        assert namesake.allowed == "something else"


def any_call(*args, **named):
    return args, named


def test_what_a_decorator_has_made_does_not_tell_what_it_takes():
    twin = Twin("few", "it takes what it takes", "x", f"{__name__}:any_call", lambda a, b: (a, b))
    with twin.in_place():
        assert any_call(1, 2) == (1, 2)


def slips(left):
    return lef > 0  # noqa: F821


async def slips_later():
    return lef > 0  # noqa: F821


def calls_it():
    with suppress(NameError):
        load("stores.rules").allowed(2)


def awaits_it():
    async def asks():
        with suppress(NameError):
            await load("stores.rules").asked()

    asyncio.run(asks())


@mark.parametrize(
    ("name", "stand_in", "is_called"),
    [("allowed", slips, calls_it), ("asked", slips_later, awaits_it)],
)
def test_one_that_was_written_wrong_has_shown_nothing(name, stand_in, is_called):
    said = "has a slip, NameError: name 'lef' is not defined"
    with raises(NoDefence, match=said), twin(f"stores.rules:{name}", stand_in).in_place():
        is_called()

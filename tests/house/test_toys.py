"""The engine's own tests play toy systems, and never the shop."""

import ast
from collections.abc import Iterator

from pytest import mark

from tests.house import tree
from tests.house.test_engine_words import imports

# Other rooms of tests know the shop, or may one day; `real` starts a machine's own servers.
OWN = ("tests.engine", "tests.house", "tests.real")


def strangers(source: str) -> Iterator[str]:
    """Yield what a test of the engine imports, or names in a string, that is not the engine's."""
    yield from imports(source)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom(module="tests", names=names):
                modules = [f"tests.{each.name}" for each in names]
            case ast.ImportFrom(module=str(module)):
                modules = [module]
            case ast.Import(names=names):
                modules = [each.name for each in names]
            case _:
                continue
        yield from (it for it in modules if it.split(".")[0] == "tests" and not is_own(it))


def is_own(module: str) -> bool:
    """Tell whether a room of tests is one that tests of the engine may use."""
    return any(module == own or module.startswith(f"{own}.") for own in OWN)


def test_no_test_of_the_engine_plays_the_shop() -> None:
    files = tree.modules("tests/engine")
    assert len(files) > 50
    found = {tree.name(it): sorted(set(strangers(it.read_text("utf-8")))) for it in files}
    assert {name: some for name, some in found.items() if some} == {}


@mark.parametrize(
    "source",
    [
        "from services.common import tracing",
        "import scenarios",
        "from tests.services.shop import play",
        "from tests import services",
        "Twin('services.orders.domain:release')",
        "def late():\n    import tests.scenarios.shop",
    ],
)
def test_the_shop_is_found(source: str) -> None:
    assert list(strangers(source))


@mark.parametrize("source", ["from tests.engine.toys import warehouse", "import boxoffice.servers"])
def test_a_toy_is_let_pass(source: str) -> None:
    assert not list(strangers(source))

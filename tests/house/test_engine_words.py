"""The engine knows no shop: it imports nothing of one, and says no word of one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from pytest import mark

from tests.house import tree

ENGINE = "sim/boxoffice/"
ROOMS = ("scenarios", "services")

SHOP = re.compile(
    r"(?:buyer|concert|expiration|payment|price|purchase|sale|seat|seller|shop|ticket)s?"
    r"|auth|cashier|checkout|mailbox|orders|sign(?:in|out|up)|ticketing",
    re.IGNORECASE,
)
# One order is also the one in which things come, so it counts only where it cannot be that.
AN_ORDER = re.compile(r"\border(?:\.[\w*>]|_id|Id|'s\b)")
OTHER_ROOMS = re.compile(r"\b(?:k8s|scenarios|services)/[\w*]")
# Words of protocols that everybody who speaks them has to use.
PROTOCOLS = re.compile(
    r"(?:automatic_)?payment_(?:intent|method|error|failed|details)s?"  # Stripe's API
    r"|Payment(?:Intent|Method)s?|[Pp]ayment method|docs\.stripe\.com/payments"
    r"|key's expiration|expiration of (?:a|the) key"  # Redis' documentation
)
# "ticketHolder", "TICKET_ID" and "a ticket" are all said in words.
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# A module by its name: "services.auth.service", the beginning of one, or what is in it.
MODULE = re.compile(rf"(?:{'|'.join(ROOMS)})\.[\w.]*(?::[\w.]+)?")
LOADING = {"__import__", "import_module", "find_spec", "run_module"}


def imports(source: str) -> Iterator[str]:
    """Yield the modules of other rooms that a file imports, or names in a string."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names if is_room(each.name))
            case ast.ImportFrom(module=str(module)) if is_room(module):
                yield module
            case ast.Call(func=called, args=[ast.Constant(value=str(module)), *_]):
                if ast.unparse(called).split(".")[-1] in LOADING and is_room(module):
                    yield module
            case ast.Constant(value=str(text)) if MODULE.fullmatch(text):
                yield text


def is_room(module: str) -> bool:
    """Tell whether a module is another room, or in one."""
    return module.split(".")[0] in ROOMS


def words(text: str) -> list[str]:
    """Return what a text says of the shop."""
    own = PROTOCOLS.sub("", text)
    said = [word for word in WORD.findall(own) if SHOP.fullmatch(word)]
    return said + AN_ORDER.findall(own) + OTHER_ROOMS.findall(own)


def texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file of the engine."""
    for path in tree.files():
        name = tree.name(path)
        if name.startswith(ENGINE) and path.suffix in suffixes and _is_written(path):
            yield name.removeprefix(ENGINE), path.read_text(encoding="utf-8")


def _is_written(path: Path) -> bool:
    return path.suffix == ".py" or path.parent.name == "src"  # the bundle is made of these


def test_the_engine_imports_neither_services_nor_scenarios() -> None:
    found = {name: sorted(set(imports(text))) for name, text in texts(".py")}
    assert found
    assert {name: some for name, some in found.items() if some} == {}


def test_the_engine_says_no_word_of_the_shop() -> None:
    found = {name: sorted(set(words(f"{name}\n{text}"))) for name, text in texts(".py", ".js")}
    assert found
    assert {name: some for name, some in found.items() if some} == {}


@mark.parametrize(
    "source",
    [
        "import services.auth",
        "from scenarios import shop",
        "def late():\n    import scenarios.shop.checks",
        "importlib.import_module('services')",
        "__import__('scenarios')",
        "Twin('services.orders.use_cases')",
        "Twin('services.orders.domain:release')",
        "KNOWN = 'scenarios.'",
    ],
)
def test_an_import_is_found(source: str) -> None:
    assert list(imports(source))


@mark.parametrize("source", ["import boxoffice.servers", "say('services')", "'services. They'"])
def test_what_is_no_import_is_let_pass(source: str) -> None:
    assert not list(imports(source))


@mark.parametrize(
    "text",
    [
        "ticketId",
        "TICKET_HOLDERS",
        "class LastSeat:",
        "# a buyer's",
        '"order.created"',
        "order_id",
        "the orders-db",
        "expiration_window_s",
        "see services/common/run.py",
    ],
)
def test_a_word_of_the_shop_is_found(text: str) -> None:
    assert words(text)


@mark.parametrize(
    "text", ["in the order of their arrival", "reorders", "payment_intent", "a key's expiration"]
)
def test_a_word_of_everybody_is_let_pass(text: str) -> None:
    assert not words(text)

"""The tutorial shows the example as it is; tests/examples holds the failures it shows to a run."""

import re

from pytest import mark, raises

from boxoffice import Drivers, System, World
from boxoffice.errors import NotSimulated
from tests.house import tree

PAGE = (tree.ROOT / "docs" / "your-own-services.md").read_text(encoding="utf-8")
EXAMPLE = tree.ROOT / "examples" / "warehouse"
QUOTES = re.findall(r"^```python\n# (\S+\.py)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FILES = ["first_draft/courier.py", "test_warehouse.py", "src/warehouse/inventory.py"]


def test_the_tutorial_quotes_the_example() -> None:
    assert [file for file, _ in QUOTES] == [*FILES, "src/warehouse/courier.py"]


@mark.parametrize(("file", "text"), QUOTES)
def test_what_the_tutorial_quotes_is_in_the_file(file: str, text: str) -> None:
    assert text in (EXAMPLE / file).read_text(encoding="utf-8")


async def calls(drivers: Drivers) -> None:
    """Call one of each kind that the table says is refused."""
    jetstream, notes = drivers.nats.jetstream(), drivers.mongo["notes"]["notes"]
    for driver, refused in (
        (notes, "watch"),
        (notes, "create_search_index"),
        (jetstream, "pause_consumer"),
        (jetstream, "reset_consumer"),
    ):
        with raises(NotSimulated, match="is not simulated: "):
            await getattr(driver, refused)("notes")
    with raises(NotSimulated, match="is not simulated: "):
        async with drivers.mongo.start_session() as session:
            await session.start_transaction()
    await notes.insert_one({"_id": 1})


def test_what_the_table_says_is_refused_is_refused() -> None:
    system = System("notes")
    system.service("caller", calls, mongo="mongo", nats="nats")

    async def waits(world: World) -> None:
        await world.passes(1)

    outcome = system.run(system.story()(waits))
    assert outcome.violations == []
    assert [it["collection"] for it in outcome.trace.of_kind("write")] == ["notes"]

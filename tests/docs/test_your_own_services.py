"""The tutorial shows the example as it is; tests/examples holds the failures it shows to a run."""

import re

from pytest import mark

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

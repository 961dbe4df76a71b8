"""The reference of the public API is what the code says."""

from typing import Any

from pytest import mark, param

from tests.docs import reference


def public() -> list[Any]:
    return [
        param(name, module, id=f"{module.__name__}.{name}")
        for module, names in reference.modules()
        for name in names
    ]


def test_the_page_is_up_to_date() -> None:
    written = reference.PAGE.read_text(encoding="utf-8")
    assert written == reference.page(), "run: python -m tests.docs.reference"


@mark.parametrize(("name", "module"), public())
def test_a_public_name_and_all_it_has_is_said_in_a_sentence(name: str, module: Any) -> None:
    it = getattr(module, name)
    text = reference.said(it) if callable(it) else reference.remark(name, module)
    assert text.split("\n\n")[0].rstrip().endswith((".", ":"))
    assert [call for call, text in reference.parts(it) if not text] == []


def test_an_example_and_what_is_private_is_left_out() -> None:
    class Box:
        """Hold things.

        >>> Box()
        """

        def put(self, what: str, times: int = 1, how: Any = lambda it: it) -> None:
            """Put it in.  Raises: ValueError."""

        def _shake(self) -> None:
            """Nobody's business."""

    assert reference.said(Box) == "Hold things."
    assert list(reference.parts(Box)) == [
        ("put(what, times=1, how=…)", "Put it in. Raises: ValueError.")
    ]

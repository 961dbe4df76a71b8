"""A wrong answer, and what it has to fail for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """`invariant` is what it breaks, and `line` a part of the line that the third hint names.

    `thought` is what somebody thinks who answers so.
    """

    exercise: str
    thought: str
    function: Callable[..., Any]
    invariant: str
    line: str

    @property
    def name(self) -> str:
        """The misconception, in the words of the function's name."""
        return self.function.__name__.strip("_").replace("_", "-")

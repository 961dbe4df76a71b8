"""A prediction: taken before a run, and held against it afterwards."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Prediction:
    """What somebody thinks before it is known; `...` is nothing yet."""

    said: Any
    choices: Sequence[Any] = ()

    @property
    def is_made(self) -> bool:
        """Whether anything was said that can be meant."""
        chosen = not self.choices or _plain(self.said) in [_plain(it) for it in self.choices]
        return self.said is not ... and chosen

    def went(self, what: Any, tell: bool = True) -> "Result":
        """Hold it against what came, which is told unless it is still to be found."""
        return Result(self, what, tell)

    def __repr__(self) -> str:
        if self.is_made:
            return f"You say {_told(self.said)}. Run on, and see."
        choose = f": {_listed([_written(it) for it in self.choices])}" if self.choices else ""
        there = "the three dots" if self.said is ... else _written(self.said)
        return f"Write your answer in place of {there}, and run the cell again{choose}."


@dataclass(frozen=True, slots=True)
class Result:
    """How a prediction went."""

    prediction: Prediction
    what: Any
    tell: bool

    @property
    def is_right(self) -> bool:
        """Whether it came as was said."""
        return self.prediction.is_made and _plain(self.prediction.said) == _plain(self.what)

    def __repr__(self) -> str:
        came = f" It is {_told(self.what)}." if self.tell else " Look again, and say it anew."
        if not self.prediction.is_made:
            return "You have said nothing yet." + (came if self.tell else "")
        said = self.prediction.said
        if self.is_right:
            return f"✓ You said {_told(said)}, and so it is."
        if isinstance(self.what, list | tuple) and isinstance(said, list | tuple):
            pairs = zip(said, self.what, strict=False)
            right = sum(_plain(one) == _plain(other) for one, other in pairs)
            return f"✗ {right} of {len(self.what)} are as you said.{came}"
        return f"✗ You said {_told(said)}.{came}"


def predict(said: Any, choices: Sequence[Any] = ()) -> Prediction:
    """Take a prediction down; what is none of the choices is none."""
    return Prediction(said, choices)


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(it) for it in value]
    if isinstance(value, bool | int | float):
        return value
    said = str(value).strip().lower()
    return int(said) if said.isdecimal() else said  # "8" is meant as 8


def _written(value: Any) -> str:
    """Return it as it is written in the cell, a text with its quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else _told(value)


def _told(value: Any) -> str:
    return ", ".join(map(_told, value)) if isinstance(value, list | tuple) else str(value)


def _listed(words: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

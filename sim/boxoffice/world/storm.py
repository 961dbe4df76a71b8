"""What a storm has drawn from its seed, as data: who does what and when, and what goes wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boxoffice.clock.randomness import Random
from boxoffice.faults.schedule import Fault


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody does something, so many seconds after what they have done before.

    `who` names a person, `does` is a verb that the story knows, and `what` its arguments: texts and
    numbers, so that a deed can be written down, told, and left out.
    """

    who: str
    does: str
    what: Mapping[str, Any] = field(default_factory=dict)
    after_s: float = 0.0

    def __str__(self) -> str:
        pause = f"after {self.after_s:g} s, " if self.after_s else ""
        said = ", ".join(f"{key} {value}" for key, value in self.what.items())
        return f"{pause}{self.who} {self.does.replace('_', ' ')}{': ' if said else ''}{said}"


@dataclass(frozen=True, slots=True)
class Storm:
    """All that one run of a storm is made of; `options` are passed to the `open` of its system."""

    deeds: Sequence[Deed] = ()
    faults: Sequence[Fault] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


Draw = Callable[[Random, int], Storm]  # given chance, and the size of the crowd

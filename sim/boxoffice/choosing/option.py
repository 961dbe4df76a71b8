"""What can be picked: in words, with how much of it, and the faults that make it so."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from boxoffice.faults.schedule import Fault

Faults = Callable[[str], Sequence[Fault]]
UNDER_WAY = "Under way"
ABOUT_TO = "About to happen"
HOSTS = "Services and servers"
ARRIVED = "Already arrived"


@dataclass(frozen=True, slots=True)
class Amount:
    """How much, how long or how: its value, how it is offered, and how it is told when picked."""

    value: str
    says: str
    told: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be made to happen next.

    `about` is what befalls, `deed` what befalls it, and `says` both as a sentence.  `amounts` are
    what it can be picked with, the usual first; `faults` returns what strikes with one of them.
    """

    id: str
    group: str
    about: str
    deed: str
    says: str
    faults: Faults
    amounts: Mapping[str, Amount] = field(default_factory=dict)

    def told(self, amount: str) -> str:
        """Return as a sentence what is picked with an amount."""
        if not amount:
            return self.says
        chosen = self.amounts[amount]
        return chosen.told or f"{self.says} {chosen.says}"

    def as_json(self) -> dict[str, Any]:
        """Return what is sent to whoever draws it."""
        amounts = [{"value": it.value, "says": it.says} for it in self.amounts.values()]
        said = {name: getattr(self, name) for name in ("id", "group", "about", "deed", "says")}
        return {**said, "amounts": amounts}


def by_value(*amounts: Amount) -> dict[str, Amount]:
    """Return amounts by their values."""
    return {it.value: it for it in amounts}


def lengths(*seconds: float, says: str = "for {}") -> dict[str, Amount]:
    """Return amounts of time, said in words.

    >>> [it.says for it in lengths(2, 60, 1200).values()]
    ['for 2 s', 'for 1 min', 'for 20 min']
    """
    return by_value(*(Amount(f"{it:g}", says.format(spoken(it))) for it in seconds))


def spoken(seconds: float) -> str:
    """Return a length of time as it is said."""
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"

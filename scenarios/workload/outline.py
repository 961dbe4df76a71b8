"""A storm that is still being drawn."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from boxoffice import Deed
from boxoffice.clock import Random
from boxoffice.faults import Fault

APART: Final = "D"  # a seat of its own
MOST: Final = 20  # deeds of a small storm
SOON_S: Final = 60  # so long orders may last for somebody to see all of them end
LATER_S: Final = (1.0, 20.0)  # that an operator asks once more


@dataclass(slots=True)
class Outline:
    """A storm that is still being drawn.

    Its orders last `window_s` seconds, `busy` are the services that people give more to do than all
    do, `is_long` says that it takes a quarter of an hour or more, and `listing` lists seats.
    """

    deeds: list[Deed]
    faults: list[Fault]
    options: dict[str, Any]
    window_s: float
    busy: Sequence[str]
    is_long: bool
    listing: Callable[[Sequence[str]], Iterator[Deed]]

    @property
    def ends_soon(self) -> bool:
        """Whether somebody may stay until all orders have ended."""
        return self.window_s <= SOON_S and not self.is_long

    @property
    def is_alone(self) -> bool:
        """Whether there is one process of each service: what it leaves undone is left."""
        return "replicas" not in self.options

    def does(self, *verbs: str) -> bool:
        """Tell whether somebody does one of these."""
        return any(deed.does in verbs for deed in self.deeds)

    def has(self, *names: str) -> bool:
        """Tell whether there is a fault whose name begins so."""
        return any(fault.name.startswith(names) for fault in self.faults)

    def stay(self, for_s: float) -> None:
        """Have somebody be there for so long, and for nothing else beside it."""
        others = [deed for deed in self.deeds if deed.does != "stays"]
        self.deeds = [*others, Deed("Sue", "stays", after_s=for_s)]

    def replay(self, chance: Random, after_s: float) -> None:
        """Have an operator replay all dead letters, and once more: asking twice is harmless."""
        again = Deed("Olga", "replays", after_s=chance.choice(LATER_S))
        # Who waits to replay is there for as long as it takes: nobody else has to stay.
        self.deeds = [*self.deeds[: MOST - 2], Deed("Olga", "replays", after_s=after_s), again]

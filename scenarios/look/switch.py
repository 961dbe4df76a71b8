"""The switch for faults: what goes wrong on the link between the services and their broker."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from boxoffice.clock import Randomness
from boxoffice.faults import Fault
from boxoffice.trace import Trace
from boxoffice.world import Faults
from scenarios import catalogue
from scenarios.play.conditions import CONDITIONS

OFFERED: Final = [it for it in CONDITIONS if catalogue.fault_named(it["fault"]).alters_deliveries]
# A fault remembers where it has struck, so that after so many messages another takes over.
RENEWED_AFTER: Final = 5_000


class UnknownFault(ValueError):
    """What was to be switched on is no fault of messages."""


class Switch:
    """Nothing goes wrong at first.  `now_s` is the shop's own time, `offered` what may go wrong."""

    def __init__(
        self, now_s: Callable[[], float], offered: Sequence[dict[str, str]] = OFFERED
    ) -> None:
        self._now_s = now_s
        self._offered = offered
        self._turns = 0
        self.turn([])

    def turn(self, on: Sequence[str]) -> None:
        """Have these go wrong from now on, and nothing else.  Raises: UnknownFault."""
        known = {it["fault"] for it in self._offered}
        if unknown := [it for it in on if it not in known]:
            raise UnknownFault(f"{unknown[0]} is not offered here")
        self._on = [it["fault"] for it in self._offered if it["fault"] in on]
        self._struck = dict.fromkeys(self._on, 0)
        self._begin()

    def delivery_delays(self, consumer: str, subject: str) -> list[float]:
        """Return after how many seconds a message comes; more than one: copies."""
        if self._asked >= RENEWED_AFTER:
            self._struck = {name: self._struck[name] + it.injected for name, it in self._faults()}
            self._begin()
        self._asked += 1
        return self._engine.delivery_delays(consumer, subject)

    def state(self) -> list[dict[str, Any]]:
        """Return what can go wrong, whether it does, and how often it has since it does."""
        struck = {name: self._struck[name] + it.injected for name, it in self._faults()}
        return [
            {**it, "on": it["fault"] in struck, "struck": struck.get(it["fault"], 0)}
            for it in self._offered
        ]

    def _begin(self) -> None:
        self._asked = 0
        self._turns += 1
        faults = [catalogue.fault_named(it) for it in self._on]
        trace = Trace(self._now_s)  # of the engine's own, to which nothing is ever written
        self._engine = Faults(faults, Randomness(self._turns), trace, self._now_s, _nobody)

    def _faults(self) -> list[tuple[str, Fault]]:
        return list(zip(self._on, self._engine.every, strict=True))


def _nobody(host: str, down_s: float) -> None:
    raise AssertionError(f"{host}: no fault of messages kills anybody")

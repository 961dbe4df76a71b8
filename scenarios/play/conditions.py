"""Under which conditions a shop is opened in the tab: what is broken in it, and what goes wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from boxoffice import Twin
from boxoffice.faults import Fault
from scenarios import catalogue

# Switches for somebody who buys one ticket by hand, so what is rare elsewhere is frequent here.
CONDITIONS: Final = [
    {"fault": fault, "says": says}
    for fault, says in (
        ("duplicates(share=1.0)", "every message is delivered twice"),
        ("reorders(share=0.5)", "messages overtake each other"),
        (
            "delays(20, of=order.cancelled, at=tickets)",
            "tickets hears of cancelled orders 20 s late",
        ),
        ("delays(20, of=payment.created, at=orders)", "orders hears of payments 20 s late"),
        ("lost_responses(share=0.05)", "one answer in twenty is lost"),
        ("stripe_timeouts(share=1.0)", "Stripe charges, and then says nothing"),
        ("crashes(orders, on=write, at=orders-db, share=0.3)", "orders dies after some writes"),
        ("slow_calls(by_s=2, share=0.2)", "some calls are slow"),
    )
]


@dataclass(frozen=True, slots=True)
class Conditions:
    """`bug` names a broken twin, `faults` are as on the command line."""

    bug: str = ""
    faults: Sequence[str] = ()
    seed: int = 0

    def twin(self) -> Twin | None:
        """Return the broken twin, if there is one.  Raises: Unknown."""
        return catalogue.twin_named(self.bug) if self.bug else None

    def made(self) -> list[Fault]:
        """Return the faults, new ones.  Raises: Unknown, Misuse."""
        return [catalogue.fault_named(it) for it in self.faults]

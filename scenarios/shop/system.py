"""The shop as a System: its five services, the servers they need, and when it is at rest.

Whoever lists stories has it as well, so what only a world needs is loaded when one is opened, by
`scenarios.shop.world`: before a twin stands in for anything, and before the clock is another.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from boxoffice import System
from boxoffice.clock import EPOCH
from boxoffice.faults import Fault
from scenarios.shop.checks import INVARIANTS
from scenarios.shop.checks.collecting import collect_evidence
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.orders import SETTLE_BOUND_S, TERMINAL
from scenarios.shop.checks.restless import moving, timers_due_s, until_stripe_is_asked_s
from scenarios.shop.debris import is_debris
from scenarios.shop.moments import seconds_of
from scenarios.shop.redaction import redacted
from scenarios.shop.sometimes import SOMETIMES
from scenarios.shop.vocabulary import VOCABULARY
from services.assembly import NAMES

if TYPE_CHECKING:
    from boxoffice import Drivers as Given
    from boxoffice import World as AnyWorld
    from boxoffice.trace import Trace
    from scenarios.shop.life import Life
    from scenarios.shop.mailbox import Mailbox
    from scenarios.shop.world import World

ADDRESS: Final = "https://ticketing.dev"
ROUTES: Final = (
    ("/api/users", "auth"),
    ("/api/tickets", "tickets"),
    ("/api/orders", "orders"),
    ("/api/payments", "payments"),
    ("/api/docs", "tickets"),
)
NO_ROUTE: Final = "tickets"  # refuses what nobody serves, in the words of every other refusal
WITH_DATABASE: Final = ("auth", "tickets", "orders", "payments")
SECRET: Final = ("password_hash", "token_hash", "token")
AFTER_EXPIRY_S: Final = 1.0


class Shop(System):
    """The shop.  `settings` are those of its services, in each of their lives."""

    def __init__(self) -> None:
        super().__init__(
            "shop",
            address=ADDRESS,
            secrets=dict.fromkeys(("auth", "payments"), SECRET),
            vocabulary=VOCABULARY,
        )
        self.invariants.extend(INVARIANTS)
        self.hopes.extend(SOMETIMES)
        self.server("mail", _mailbox)
        for name in NAMES:
            self.service(
                name,
                _life,
                mongo=f"{name}-db" if name in WITH_DATABASE else None,
                nats="nats" if name != "auth" else None,
                redis="redis" if name == "expiration" else None,
                stripe="stripe" if name == "payments" else None,
                links=("mail",) if name == "auth" else (),
                route=[path for path, service in ROUTES if service == name],
            )

    def service_for(self, path: str) -> str:
        """Return the service that serves a path."""
        return service_for(path)

    def open(
        self,
        seed: int,
        faults: Sequence[Fault],
        replicas: int = 1,
        settings: Mapping[str, Any] | None = None,
        rolled_out: Mapping[str, Any] | None = None,
    ) -> "World":
        """Make a world of the shop.

        `settings` are those of its services that are not as usual, `rolled_out` those that each has
        from its second life on.
        """
        from scenarios.shop.life import SETTINGS
        from scenarios.shop.world import World  # which is a stage, and has this system

        named = {**(settings or {}), **(rolled_out or {})}
        assert named.keys() <= type(SETTINGS).model_fields.keys(), f"no settings: {[*named]}"
        first = SETTINGS.model_copy(update=settings or {})
        then = first.model_copy(update=rolled_out) if rolled_out else None
        return World(seed, faults, replicas, first, rolled_out=then)

    def redacted(self, body: Any) -> Any:
        """Return a body without passwords, and without tokens that open an account."""
        return redacted(body)

    def moving(self, world: "AnyWorld") -> Iterator[str]:
        """Yield what is still in motion, by name."""
        return moving(world)

    def patience_s(self, world: "AnyWorld") -> float:
        """Return in how many seconds Stripe will have been asked about each payment for good."""
        return until_stripe_is_asked_s(world)

    async def elapse(self, world: "AnyWorld") -> bool:
        """Wait until each open order's time is over, and until its bound, if one is open still.

        Letters that were put off are waited for as well.
        """
        begun_s = world.loop.time()
        for grace_s in (AFTER_EXPIRY_S, SETTLE_BOUND_S + AFTER_EXPIRY_S):
            ends_s = list(_ends_s(world))
            left_s = max(ends_s) + grace_s - world.loop.time() if ends_s else 0.0
            if left_s > 0.0:
                await asyncio.sleep(left_s)
                await world.quiet()
        return world.loop.time() > begun_s

    def collect_evidence(self, world: "AnyWorld") -> Evidence:
        """Take down what a world has left behind."""
        return collect_evidence(world, world.faults.poisoned)


def _life(given: "Given") -> "Life":
    from scenarios.shop.life import Life

    return Life(given)


def _mailbox(trace: "Trace") -> "Mailbox":
    from scenarios.shop.mailbox import Mailbox

    return Mailbox(trace)


def service_for(path: str) -> str:
    """Return the service that serves a path."""
    return next((name for prefix, name in ROUTES if path.startswith(prefix)), NO_ROUTE)


def _ends_s(world: "AnyWorld") -> Iterator[float]:
    # Of the orders themselves, and not of their timers alone: a timer may be lost.
    for due_s in timers_due_s(world):
        yield due_s - EPOCH.timestamp()
    for order in world.backends.mongo["orders-db"].documents("orders", "orders"):
        if not is_debris(order) and order["status"] not in TERMINAL:
            yield seconds_of(order["expires_at"])
    for user in world.backends.mongo["auth-db"].documents_with("auth", "users", "letter_due"):
        if after := user["letter_due"].get("after"):
            yield seconds_of(after)


SHOP: Final = Shop()

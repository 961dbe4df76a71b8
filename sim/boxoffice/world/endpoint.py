"""Where a service is told what has happened elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.servers.stripe.events import TYPES

if TYPE_CHECKING:
    from boxoffice.world.system import System


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where Stripe sends events: a path of a service's; `events` are patterns for their types."""

    stripe: str
    service: str
    path: str
    secret: str
    events: Sequence[str]

    def wants(self, type: str) -> bool:
        """Tell whether events of this type are sent here."""
        return any(fnmatchcase(type, it) for it in self.events)


def endpoint(
    system: "System", to: str, secret: str, service: str, stripe: str, events: Sequence[str]
) -> Endpoint:
    """Return where a system's Stripe sends events; see `System.stripe_webhooks`.

    Raises: LookupError, Misuse.
    """
    found = service or system.service_for(to)
    if found not in system.services:
        raise LookupError(f"{system.name} has no service {found!r}")
    servers = system.hosts_of("stripe")
    if not servers or stripe not in ("", *servers) or (not stripe and len(servers) > 1):
        raise LookupError(f"say which Stripe: {system.name} has {', '.join(servers) or 'none'}")
    if isinstance(events, str) or not events or not secret:
        raise Misuse(f"the webhooks of {found} need a secret, and a list of types of events")
    if not to.startswith("/"):
        raise Misuse(
            f"the webhooks of {found} go to a path, which begins with /, and not to {to!r}"
        )
    for pattern in events:
        if not any(fnmatchcase(type, pattern) for type in TYPES):
            said = f"the webhooks of {found}: this Stripe sends no {pattern!r}"
            raise Misuse(f"{said}{nearest(pattern, TYPES)}")
    return Endpoint(stripe or servers[0], found, to, secret, tuple(events))

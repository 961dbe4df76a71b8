"""Where a service is told what has happened elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase


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

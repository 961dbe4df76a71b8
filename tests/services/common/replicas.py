"""A service that has had a bad release: what it has stored, and what it was asked."""

from collections import Counter

from services.common.events import TicketCreated, TicketUpdated
from services.common.versioning import Decision, is_next


class Replicas:
    """What a service has stored, whichever of its processes did; version 0 fails while broken."""

    def __init__(self) -> None:
        self.broken = True
        self.applied: Counter[str] = Counter()  # versions, by aggregate
        self.looked = 0

    async def __call__(self, event: TicketCreated) -> Decision:
        self.looked += 1
        if self.broken and event.version == 0 and event.id.startswith("bad"):
            raise ValueError("a bad release")
        if not is_next(event.id, applied=self.applied[event.id] - 1, announced=event.version):
            return Decision.DUPLICATE
        self.applied[event.id] += 1
        return Decision.APPLY

    @property
    def handlers(self):
        return {TicketCreated: self, TicketUpdated: self}

    def healed(self, versions: int) -> int:
        found = (count for id, count in self.applied.items() if id.startswith("bad"))
        return sum(count == versions for count in found)

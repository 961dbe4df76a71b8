"""Services of which several processes run: no fault of anybody's, and what many faults need."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import how_many, names
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr


class _Replicas(Fault):
    name = "replicas"

    def __init__(self, service: str, count: int) -> None:
        super().__init__(When())
        self.replicated = service
        self._count = count

    def __str__(self) -> str:
        return self.expression.removeprefix("faults.")

    def begin(self, random: Random) -> None:
        super().begin(random)
        self.matched = self.injected = 1

    def replicas_of(self, service: str) -> int:
        return self._count if fnmatchcase(service, self.replicated) else 1


def asked_of(service: str, faults: Iterable[Fault]) -> int:
    """Return how many processes of a service are asked for, at least, by those that are kept."""
    kept = [it for it in faults if isinstance(it, Fault) and it.kept != frozenset()]
    return max((it.replicas_of(service) for it in kept), default=1)


@reproducible_repr
def replicas(service: str = ANY, count: int = 2) -> Fault:
    """Let `count` processes run each service whose name the pattern `service` is for, at least.

    Their hosts are `courier`, `courier-2` and so on, from the beginning to the end.
    Raises: ValueError, for less than one.
    """
    names(service=service)
    how_many(count=count)
    if count < 1:
        raise ValueError(f"count must be 1 or more, not {count}")
    return _Replicas(service, count)

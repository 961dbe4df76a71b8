"""What can be installed: the overlays as they stand, and each choice that they leave."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

STORES = ("nats", "mongo", "redis")  # inside the cluster, or outside it
OVERLAYS = ("local", "production")
OPTIONS = ("keda", "gateway", "monitoring")
NEEDS = {"keda": "nats"}  # it asks a NATS whose monitoring port it can reach
LOCAL_OPTIONS = ("gateway", "monitoring")  # a cluster of one replica each scales nothing


@dataclass(frozen=True)
class Combination:
    """An overlay, the stores that are outside the cluster, and the options taken."""

    overlay: str
    outside: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        outside = (f"{store}-outside" for store in self.outside)
        return "+".join((self.overlay, *outside, *self.options))

    def components(self, chosen: Sequence[str]) -> list[str]:
        """Return an overlay's components, changed as this combination has it."""
        swapped = [
            f"../../components/external/{name}" if name in self.outside else each
            for each in chosen
            for name in [each.rpartition("/")[2]]
        ]
        return [*swapped, *(f"../../components/{option}" for option in self.options)]


def every() -> list[Combination]:
    """Return every supported combination; a collector and an audit change nothing of the others."""
    more = [
        Combination(it, options=(option,)) for it in OVERLAYS for option in ("collector", "audit")
    ]
    return [*_local(), *_production(), *more, Combination("production", STORES, ("audit",))]


def _local() -> Iterator[Combination]:
    yield from (Combination("local", options=options) for options in _subsets(LOCAL_OPTIONS))


def _production() -> Iterator[Combination]:
    for outside in _subsets(STORES):
        for options in _subsets(OPTIONS):
            if not any(NEEDS.get(option) in outside for option in options):
                yield Combination("production", outside, options)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    sizes = range(len(names) + 1)
    yield from chain.from_iterable(combinations(names, size) for size in sizes)

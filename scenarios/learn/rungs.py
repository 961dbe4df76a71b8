"""The rungs, in their order: what each asks for, and what happens to the shop on it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from boxoffice import Scenario, Storm, System, World
from boxoffice.clock import Random
from boxoffice.errors import Misuse
from boxoffice.trace import Vocabulary
from boxoffice.world import Invariant
from scenarios.learn import drawing
from scenarios.learn.people import PEOPLE, USHER, person, play
from scenarios.learn.promises import ALL, PAID, SALE, TIMED
from scenarios.learn.service import shop_of
from scenarios.learn.source import Source

WORDS: Final = Vocabulary(
    deeds={
        "orders": "orders {seat} ({order})",
        "cancels": "cancels {order}",
        "pays": "pays for {order}",
    },
    details={"seat": "of {}"},
    changes=("value",),
    services=("shop",),
    charging="shop",
)


@dataclass(frozen=True, slots=True)
class Rung:
    """`seeds` is the bar; `minutes` pass before the end, and `replicas` of the shop run."""

    name: str
    title: str
    draw: Callable[[Random, int], Storm]
    promises: Sequence[Invariant]
    seeds: int = 100
    minutes: int = 1
    replicas: int = 1

    def story(self, source: Source) -> Scenario:
        """Return its story, with a learner's code as the shop."""
        system = System("learn", vocabulary=WORDS)
        system.service(
            "shop",
            shop_of(source),
            mongo="store",
            nats="bus",
            stripe="cards",
            replicas=self.replicas,
        )
        for name in (*PEOPLE, USHER):
            system.service(name, person, nats="bus")
        made = system.story(draw=self.draw, checks=self.promises, size=self.minutes)
        return made(_told(self))


def _told(rung: Rung) -> Callable[[World], Awaitable[None]]:
    async def story(world: World) -> None:
        await play(world)

    story.__name__, story.__doc__ = f"rung_{rung.name}", f"Rung {rung.name}: {rung.title}."
    return story


RUNGS: Final = (
    Rung("1", "Sell a seat", drawing.one_each, SALE, seeds=20),
    Rung("2", "Two people, one seat", drawing.together, SALE),
    Rung("3a", "Everything comes twice", drawing.twice, SALE),
    Rung("3b", "In any order", drawing.any_order, SALE),
    Rung("3c", "And late", drawing.late, SALE, seeds=200),
    Rung("4", "Die between any two lines", drawing.dying, SALE, seeds=200),
    Rung("5", "Fifteen minutes", drawing.expiring, TIMED, 200, minutes=60),
    Rung("6", "A card company that goes silent", drawing.silent_company, PAID, 200, minutes=60),
    Rung("7", "Two replicas of you", drawing.two_shops, PAID, 300, minutes=60, replicas=2),
    Rung("8", "A follower that must agree with you", drawing.two_shops, ALL, 300, 60, 2),
    Rung("9", "All of it", drawing.everything, ALL, 1000, minutes=60, replicas=2),
)


def rung_named(name: str) -> Rung:
    """Return a rung.  Raises: Misuse."""
    found = next((it for it in RUNGS if it.name == name.lower()), None)
    if found is None:
        raise Misuse(f"there is no rung {name!r}; there are {', '.join(it.name for it in RUNGS)}")
    return found

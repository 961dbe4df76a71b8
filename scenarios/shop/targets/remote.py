"""A story told at a URL: only what HTTP shows can be seen, and nothing can be broken."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import httpx
from nats.js import JetStreamContext

from boxoffice import Deed, Outcome, Scenario
from boxoffice.clock import Randomness, Stopwatch
from boxoffice.trace import Trace, counts_of, overall
from boxoffice.world import judge_story, play_story
from scenarios.shop.checks import judge, with_own
from scenarios.shop.outside.evidence import from_http
from scenarios.shop.stage import CannotBeTold
from scenarios.shop.targets.browsers import Browsers, Place
from scenarios.shop.targets.injectable import require_background_faults
from scenarios.shop.vocabulary import VOCABULARY
from scenarios.town import Town
from services.common.ids import SystemIds

LOOK_S: Final = 1.0  # between two looks at what people have ordered
PATIENCE_S: Final = 60.0  # until nothing changes any more
PASSING: Final = "created"  # an order's status until tickets has confirmed the reservation


class RemoteStage(Town):
    """A shop somewhere else.  What it last showed of an order or ticket is taken for what is."""

    size = 0
    deeds: Sequence[Deed] = ()

    def __init__(self, url: str, trace: Trace, randomness: Randomness) -> None:
        place = Place("shop", url)
        self.randomness = randomness
        self.mail_domain = f"{SystemIds().object_id()}.example.com"
        self.browsers = Browsers(trace, lambda path: [place])
        self._url = url
        self._people: dict[str, httpx.AsyncClient] = {}

    def client(self, person: str, service: str | None = None) -> httpx.AsyncClient:
        """Return an HTTP client with a cookie jar.  Raises: CannotBeTold, of one service."""
        if service is not None:
            raise CannotBeTold(f"{person} cannot reach {service} itself from outside")
        if person not in self._people:
            self._people[person] = self.browsers.browser(person, self._url)
        return self._people[person]

    def jetstream(self, operator: str) -> AbstractAsyncContextManager[JetStreamContext]:
        """Only HTTP is shown.  Raises: CannotBeTold."""
        raise CannotBeTold(f"{operator} cannot reach NATS from outside")

    async def passes(self, seconds: float = 0.0, *, minutes: float = 0.0) -> None:
        """Let that much time pass: there is no other clock."""
        await asyncio.sleep(seconds + 60.0 * minutes)

    async def quiet(self) -> bool:
        """Look at all orders and tickets until they show twice the same."""
        before: Any = None
        for _ in range(round(PATIENCE_S / LOOK_S)):
            await self._look()
            seen = {id: _state(shown) for id, shown in self._shown().items()}
            if seen == before and PASSING not in seen.values():
                return True
            before = seen
            await asyncio.sleep(LOOK_S)
        return False

    def holder_of(self, ticket: str) -> str | None:
        """Return the order that the ticket last named."""
        return self._shown().get(ticket, {}).get("orderId")

    def status_of(self, order: str) -> str:
        """Return the status that the order last showed."""
        return str(self._shown().get(order, {}).get("status"))

    def kept_cents(self, order: str) -> int:
        """Stripe's books are not shown.  Raises: CannotBeTold."""
        raise CannotBeTold("what Stripe has kept cannot be seen from outside")

    def give_back(self, order: str) -> None:
        """Stripe is not ours there.  Raises: CannotBeTold."""
        raise CannotBeTold("what Stripe has taken cannot be given back from outside")

    def leave_debris(self, what: str) -> None:
        """Its stores are not ours there.  Raises: CannotBeTold."""
        raise CannotBeTold("stores cannot be written into from outside")

    def letters_to(self, address: str) -> list[str]:
        """Nobody's letters are shown.  Raises: CannotBeTold."""
        raise CannotBeTold("letters cannot be read from outside")

    def crash(self, host: str, down_s: float | None = None) -> None:
        """Nobody can.  Raises: CannotBeTold."""
        raise CannotBeTold(f"{host} cannot be killed from outside")

    def restart(self, host: str) -> None:
        """Nobody can.  Raises: CannotBeTold."""
        raise CannotBeTold(f"{host} cannot be started from outside")

    async def aclose(self) -> None:
        """Let go of all connections."""
        for client in self._people.values():
            await client.aclose()
        await self.browsers.aclose()

    async def _look(self) -> None:
        for person, path in dict.fromkeys(self._known()):
            try:
                await self.client(person).get(path)
            except httpx.TransportError:
                continue  # recorded as unknown; looked at again

    def _known(self) -> Iterator[tuple[str, str]]:
        # Who can look at what: each order by whoever placed it, each ticket by whoever listed it.
        for person, path, body in self._answers("POST"):
            if path in ("/api/orders", "/api/tickets"):
                yield person, f"{path}/{body['id']}"

    def _shown(self) -> dict[str, dict[str, Any]]:
        shown: dict[str, dict[str, Any]] = {}
        for _, path, body in self._answers("GET", "POST", "PUT"):
            if path.startswith(("/api/orders", "/api/tickets")) and isinstance(body, dict):
                shown[body["id"]] = body
        return shown

    def _answers(self, *methods: str) -> Iterator[tuple[str, str, Any]]:
        events = self.browsers.trace.events
        for event in events:
            if event.kind == "response" and event.get("status") in (200, 201):
                asked = events[event["request"]]
                if asked["method"] in methods:
                    yield asked.host, asked["path"].split("?")[0], event["body"]


def run_at(
    url: str, scenario: Scenario, seed: int | None = None, size: int | None = None
) -> Outcome:
    """Tell `scenario` to the shop at `url`, without its faults, and judge what HTTP has shown.

    Raises: CannotBeTold, and whatever the script raises, save for `AssertionError`.
    """
    require_background_faults(scenario.faults)
    return asyncio.run(_run(url, scenario, scenario.seed if seed is None else seed, size))


async def _run(url: str, scenario: Scenario, seed: int, size: int | None) -> Outcome:
    watch = Stopwatch()
    trace = Trace(watch.elapsed_s, VOCABULARY)
    stage = RemoteStage(url, trace, Randomness(seed))
    stage.deeds = scenario.drawn(seed, size).deeds
    try:
        failures: Sequence[str] = await play_story(scenario, stage, size)
        await stage.quiet()
    finally:
        await stage.aclose()
    judgements = [*judge(from_http(trace.events), with_own(scenario.checks)), judge_story(failures)]
    return Outcome(
        scenario=scenario.name,
        summary=scenario.summary,
        seed=seed,
        bug=None,
        target=url,
        verdict=overall(judgements),
        judgements=judgements,
        trace=trace,
        virtual_s=watch.elapsed_s(),
        wall_s=watch.elapsed_s(),
        counts=counts_of(trace, 0),
    )


def _state(shown: dict[str, Any]) -> Any:
    return shown.get("status", (shown.get("version"), shown.get("orderId")))

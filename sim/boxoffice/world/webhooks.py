"""What Stripe tells a service by itself: signed requests, which faults strike as they do messages.

Stripe promises neither an order nor that an event comes once.  Any answer but 2xx, and none, is a
failure, and the event is sent again, under a new signature, in growing pauses for three days.
Source: https://docs.stripe.com/webhooks, on retries, the order of events, and duplicates
"""

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.net.host import Host
from boxoffice.servers.stripe.events import signature
from boxoffice.world.endpoint import Endpoint

if TYPE_CHECKING:
    from boxoffice.world.world import World

# Stripe says that it backs off exponentially for three days, and no more of when it tries again,
# nor of how long it waits for an answer.
FIRST_PAUSE_S: Final = 60.0
LASTS_S: Final = 3 * 24 * 3600.0
ANSWER_S: Final = 20.0
_NO_ROUTE: Final = frozenset({301, 302, 307, 308, 404, 405})  # what says so, or may


@dataclass(eq=False)
class Delivery:
    """One event on its way to one endpoint, and how often that was tried."""

    endpoint: Endpoint
    event: dict[str, Any]
    begun_s: float
    due_s: float
    attempts: int = 0
    context: Any = field(default_factory=copy_context)  # with what has caused it

    @property
    def pause_s(self) -> float:
        """How many seconds after a failure it is tried again."""
        return float(FIRST_PAUSE_S * 2 ** (self.attempts - 1))


class Webhooks:
    """Sends the events of a world's Stripes to the endpoints that its system names."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.endpoints: Sequence[Endpoint] = tuple(world.system.webhooks)
        self.pending: list[Delivery] = []
        self._answers: dict[Endpoint, dict[int, None]] = {}
        for endpoint in self.endpoints:
            server = world.backends.stripes[endpoint.stripe]
            server.events.listeners.append(partial(self.add, endpoint))

    def add(self, endpoint: Endpoint, event: dict[str, Any]) -> None:
        """Send an event to an endpoint: at once, or as often and as late as faults have it."""
        if not endpoint.wants(event["type"]):
            return
        world, now_s = self._world, self._world.loop.time()
        stripe = world.backends.hosts[endpoint.stripe]
        after_s = stripe.inside(world.faults.delivery_delays, endpoint.service, event["type"])
        for delay_s in after_s:
            delivery = Delivery(endpoint, event, now_s, now_s + delay_s)
            self.pending.append(delivery)
            self._plan(delivery)

    def moving(self) -> Iterator[str]:
        """Yield what is still on its way."""
        for it in self.pending:
            again = f", {it.attempts} times in vain" if it.attempts else ""
            yield f"{it.event['type']} to {it.endpoint.service}{again}"

    def patience_s(self) -> float:
        """Return how long it takes until each of them has been tried once more."""
        now_s = self._world.loop.time()
        return max((it.due_s + ANSWER_S - now_s for it in self.pending), default=0.0)

    def refuse_unheard(self) -> None:
        """Refuse an endpoint at which nobody has a route: its service is told nothing, ever.

        Raises: Misuse.
        """
        for endpoint, statuses in self._answers.items():
            if not statuses or not set(statuses) <= _NO_ROUTE:
                continue
            apps = [host.app for host in self._world.replicas_of(endpoint.service)]
            if not any(_takes(app, endpoint.path) for app in apps):
                said = f"{endpoint.service} has no route for POST {endpoint.path}, where Stripe"
                near = nearest(endpoint.path, (it for app in apps for it in _paths_of(app)))
                raise Misuse(f"{said} posts what happens: it answered {_listed(statuses)}{near}")

    def in_vain(self) -> dict[str, str]:
        """Return who has taken none of what was sent, and what each of them answered."""
        return {
            f"{it.service} took no webhook at {it.path}": f"it answered {_listed(statuses)}"
            for it, statuses in self._answers.items()
            if not any(200 <= status < 300 for status in statuses)
        }

    def _plan(self, delivery: Delivery) -> None:
        self._world.loop.call_at(delivery.due_s, self._begin, delivery, context=delivery.context)

    def _begin(self, delivery: Delivery) -> None:
        stripe = self._world.backends.hosts[delivery.endpoint.stripe]
        delivery.attempts += 1
        if stripe.up:
            attempt = stripe.spawn(self._attempt(delivery, stripe))
            attempt.add_done_callback(lambda it: self._ended(delivery, it))
        else:
            self._try_again(delivery)

    def _ended(self, delivery: Delivery, attempt: asyncio.Task[bool]) -> None:
        # An attempt that ended with its host has failed as well.
        if not attempt.cancelled() and attempt.result():
            self.pending.remove(delivery)
        else:
            self._try_again(delivery)

    def _try_again(self, delivery: Delivery) -> None:
        now_s = self._world.loop.time()
        delivery.due_s = now_s + delivery.pause_s
        if delivery.due_s - delivery.begun_s > LASTS_S:
            self.pending.remove(delivery)
        else:
            self._plan(delivery)

    async def _attempt(self, delivery: Delivery, stripe: Host) -> bool:
        from boxoffice.world.posting import posted  # few systems have webhooks

        endpoint, event, world = delivery.endpoint, delivery.event, self._world
        payload = json.dumps(event)
        world.trace.record(
            stripe.name,
            "webhook",
            consumer=endpoint.service,
            subject=event["type"],
            id=event["id"],
            about=event["data"]["object"]["id"],
            attempt=delivery.attempts,
        )
        signed = signature(payload, endpoint.secret, int(world.backends.now_s()))
        headers = {"Stripe-Signature": signed, "Content-Type": "application/json; charset=utf-8"}
        answers = self._answers.setdefault(endpoint, {})
        answer = await posted(world, endpoint, stripe, payload, headers, ANSWER_S)
        if answer is None:
            return False
        answers[answer.status_code] = None
        return answer.is_success


def _listed(statuses: Iterable[int]) -> str:
    return ", ".join(map(str, statuses)) or "nothing"


def _takes(app: Any, path: str) -> bool:
    """Tell whether an app says that it has a route for a POST to a path."""
    from starlette.routing import Match

    asked = {"type": "http", "method": "POST", "path": path, "root_path": "", "headers": []}
    routes = getattr(app, "routes", ())
    return any(it.matches(asked)[0] is Match.FULL for it in routes)


def _paths_of(app: Any) -> list[str]:
    routes = getattr(app, "routes", ())
    return [it.path for it in routes if "POST" in (getattr(it, "methods", None) or ())]

"""A system: services, the servers they need, what must hold of them, and the stories they are in.

warehouse = System("warehouse")
warehouse.service("inventory", inventory_app, mongo="mongo", nats="nats", route="/")

@warehouse.story(faults=[faults.duplicates(share=0.5)])
async def a_day(world):
    await world.client("Ann").post("/stock", json={"sku": "book", "count": 5})
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, TypeVar, overload

from boxoffice.clock.own import claim
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.net.routes import service_for
from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.trace.keeping import Keeping
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Judgement
from boxoffice.trace.vocabulary import NEUTRAL, Vocabulary
from boxoffice.world import quiescence
from boxoffice.world.assertions import Always, Assertion, Finally, always, finally_
from boxoffice.world.end import end_of
from boxoffice.world.endpoint import Endpoint, endpoint
from boxoffice.world.invariant import Invariant
from boxoffice.world.judging import chosen, refuse_a_name_twice
from boxoffice.world.naming import add_named
from boxoffice.world.scenario import Scenario, Story, check_story, scenario_of
from boxoffice.world.service import Factory, Service
from boxoffice.world.sometimes import Hopes
from boxoffice.world.storm import Draw
from boxoffice.world.twin import Twin

if TYPE_CHECKING:
    from boxoffice.world.held import Held
    from boxoffice.world.world import World

ANY_EVENT: Final = ("*",)

Look = TypeVar("Look", bound=Callable[[Any], Any])


class System(Hopes):
    """What a world is a world of.

    `address` is where people find it; `secrets` names fields that no trace shows, by database;
    `vocabulary` is how views speak of it.  `peer` is where its services see requests come from, an
    address and a port.
    """

    peer = ("10.0.0.1", 40_000)

    def __init__(
        self,
        name: str,
        *,
        address: str = "",
        secrets: Mapping[str, Sequence[str]] | None = None,
        vocabulary: Vocabulary = NEUTRAL,
    ) -> None:
        self.name = name
        self.address = address or f"http://{name}.test"
        self.secrets = secrets or {}
        if any(isinstance(fields, str) for fields in self.secrets.values()):
            raise Misuse("secrets has a list of fields for each database")
        self.vocabulary = vocabulary
        self.services: dict[str, Service] = {}
        self.webhooks: list[Endpoint] = []
        self.own_servers: dict[str, Callable[[Trace], Any]] = {}
        self.invariants: list[Invariant] = []
        self.looks: list[Callable[[Any], Any]] = []
        self.stories: dict[str, Scenario] = {}

    # --- what there is ------------------------------------------------------------------------

    def service(
        self,
        name: str,
        make: Factory,
        *,
        mongo: str | None = None,
        nats: str | None = None,
        redis: str | None = None,
        stripe: str | None = None,
        links: Sequence[str] = (),
        route: str | Sequence[str] = (),
        replicas: int = 1,
    ) -> None:
        """Add a service; see `boxoffice.world.service.Service` for what is given.

        Raises: ValueError, for a name or a route that is taken, or that can be none.
        """
        routes = (route,) if isinstance(route, str) else tuple(route)
        made = Service(name, make, mongo, nats, redis, stripe, tuple(links), routes, replicas)
        add_named(self, self.services, name, made)
        claim(make)

    def server(self, name: str, make: Callable[[Trace], Any]) -> None:
        """Add a server of a kind of one's own; `make` is called with the trace of each world.

        Raises: ValueError, for a name that is taken.
        """
        add_named(self, self.own_servers, name, make)

    @property
    def hosts(self) -> list[str]:
        """The hosts of services and servers, by name, before any service has replicas."""
        servers = [name for kind in SERVER_KINDS for name in self.hosts_of(kind)]
        return [*self.services, *servers, *self.own_servers]

    def stripe_webhooks(
        self,
        to: str,
        *,
        secret: str,
        service: str = "",
        stripe: str = "",
        events: Sequence[str] = ANY_EVENT,
    ) -> None:
        """Have Stripe post what happens to the path `to`, signed with `secret`.

        `service` serves the path if no route says who does, `stripe` is the server if there are
        several, and `events` are patterns for the types that are sent: `payment_intent.*`.
        A delivery is struck by faults of messages, with the type as subject and the service as
        consumer, and its request by those of calls, `faults.lost_requests(of="POST", by="stripe")`.
        Raises: LookupError, without a service or a Stripe of that name; Misuse, if nothing is sent,
        or no such type.  A run in which no route is at `to` raises it as well.
        """
        self.webhooks.append(endpoint(self, to, secret, service, stripe, events))

    def hosts_of(self, kind: str) -> list[str]:
        """Return the servers of a kind that services name, in the order in which they do."""
        named = [getattr(service, kind) for service in self.services.values()]
        return list(dict.fromkeys(name for name in named if name is not None))

    def service_for(self, path: str) -> str:
        """Return the service that serves a path.  Raises: LookupError."""
        routes = {route: it.name for it in self.services.values() for route in it.routes}
        found = service_for(path, routes)
        if found is None:
            raise LookupError(f"no route of {self.name} leads to {path}")
        return found

    # --- what must hold, and what happens -----------------------------------------------------

    def always(self, says: str, on: str) -> Callable[[Always], Always]:
        """Have a function judge every write to a collection, `database.collection`.

        Raises: Misuse, for what has to be awaited or asserts nothing, or a name that is taken.
        """
        return self._fact(lambda check: always(says, on, check))

    def finally_(self, says: str) -> Callable[[Finally], Finally]:
        """Have a function judge the end, once the world is healed and quiet.

        Raises: Misuse, for what has to be awaited or asserts nothing, a taken name, or no words.
        """
        if callable(says):
            raise Misuse(f'say what must hold: @{self.name}.finally_("what is taken is paid")')
        return self._fact(lambda check: finally_(says, check))

    def restless(self, look: Look) -> Look:
        """Have a function name what is still in motion, so that the end is judged after it.

        It is called with the world, every few virtual moments while that comes to rest, and says
        nothing once all is quiet: an outbox is empty, say.  It may be a coroutine, and may ask a
        service.  Whatever has no end is waited for some 300 s, and leaves the end undecided.

        >>> warehouse = System("warehouse")
        >>> @warehouse.restless
        ... def outbox(world):
        ...     return [f"{id} is to be sent" for id in world.documents("inventory.outbox")]
        """
        self.looks.append(look)
        return look

    def _fact(self, made: Callable[[Any], Invariant]) -> Callable[[Any], Any]:
        def add(check: Any) -> Any:
            invariant = made(check)
            refuse_a_name_twice(self, [invariant])
            claim(check)
            self.invariants.append(invariant)
            return check

        return add

    @overload
    def story(self, faults: Story) -> Scenario: ...

    @overload
    def story(
        self,
        faults: Sequence[Fault] = (),
        twins: Sequence[Twin] = (),
        seed: int = 0,
        checks: Sequence[Assertion | Invariant] = (),
        size: int = 0,
        draw: Draw | None = None,
    ) -> Callable[[Story], Scenario]: ...

    def story(
        self,
        faults: Story | Sequence[Fault] = (),
        twins: Sequence[Twin] = (),
        seed: int = 0,
        checks: Sequence[Assertion | Invariant] = (),
        size: int = 0,
        draw: Draw | None = None,
    ) -> Callable[[Story], Scenario] | Scenario:
        """Make a function of a world a story; its name is the function's, with dashes.

        `checks` are those functions that it exists to put to the test: all of the system's, if
        none is named.  An `Invariant` there may be the story's own; it is judged as well.
        `size` is that of its crowd, if it has one: `world.size` in the story, where
        `--boxoffice-size` may have changed it.  A storm has `draw`: given chance and the size, it
        returns a `Storm`, whose deeds are `world.deeds`.  `@warehouse.story` will do without any.
        Raises: Misuse, for no invariant of the system, no story, fault or twin, no such number.
        """
        check_story(faults, twins, seed, size)
        if not isinstance(faults, Sequence):
            return self.story()(faults)
        own = chosen(self, checks)

        def made(story: Story) -> Scenario:
            about = own or self.invariants  # also what is declared later
            scenario = scenario_of(self, story, faults, about, twins, seed, size, draw)
            self.stories[scenario.name] = scenario
            for each in (story, *(it.stand_in for it in twins)):
                claim(each)
            return scenario

        return made

    def run(
        self,
        story: Scenario,
        seed: int | None = None,
        bug: Twin | None = None,
        faults: Sequence[Fault] = (),
        twice: bool = False,
        trace: Keeping = True,
    ) -> Outcome:
        """Play a story once, or twice to see whether it is the same; see `boxoffice.run`."""
        from boxoffice.world.run import run  # which plays worlds of any system

        return run(story, seed, bug, faults, twice=twice, trace=trace)

    def world(
        self,
        seed: int = 0,
        faults: Sequence[Fault] = (),
        trace: Keeping = True,
        bug: Twin | None = None,
    ) -> AbstractContextManager["Held"]:
        """Hold a world open, whose time passes only while something is awaited in it."""
        from boxoffice.world.held import held

        return held(self.open(seed, faults), trace, bug)

    # --- what a world asks --------------------------------------------------------------------

    def open(self, seed: int, faults: Sequence[Fault], replicas: int = 1) -> "World":
        """Make a world; its services have not started yet."""
        from boxoffice.world.world import World

        return World(self, seed, faults, replicas)

    def redacted(self, body: Any) -> Any:
        """Return what a trace may show of a request's body."""
        return body

    def moving(self, world: "World") -> Iterator[str]:
        """Yield what is still in motion in a world, by name; nothing: it is quiet."""
        yield from quiescence.requests_in_flight(world)
        yield from quiescence.hosts_in_transition(world)
        yield from quiescence.busy_consumers(world)
        yield from world.webhooks.moving()

    def patience_s(self, world: "World") -> float:
        """Return how much longer than usual a world may take to come to rest."""
        return 0.0

    async def elapse(self, world: "World") -> bool:
        """Let the time run out of all that has a time limit; return whether there was any."""
        return False

    def collect_evidence(self, world: "World") -> Any:
        """Take down what a world has left behind, for `judge`."""
        return end_of(world)

    def judge(self, evidence: Any) -> list[Judgement]:
        """Return what the evidence shows of each invariant, in their order.

        What an override leaves out of `invariants`, or a story brings itself, is judged beside it.
        """
        return [invariant.judge(evidence) for invariant in self.invariants]

"""One play of a case, listened to: all that a fault could have struck in it, in order."""

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from boxoffice.misuse import Misuse
from boxoffice.net.calls import Call
from boxoffice.search.case import Case
from boxoffice.search.mishap import in_a_line
from boxoffice.search.printed import Printed
from boxoffice.search.seen import Watched
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import TraceEvent, cause
from boxoffice.trace.verdict import Violation
from boxoffice.views.explorer.model import run_of
from boxoffice.views.names import Names
from boxoffice.world.run import partial_outcome

if TYPE_CHECKING:
    from boxoffice.servers.jetstream import StoredMessage
    from boxoffice.world.world import World


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was made before event `number`, and the event that it goes back to, if any."""

    number: int
    at_s: float
    call: Call
    cause: int | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message for one consumer, as it was laid down before event `number` when it arrives.

    `id` is its sequence at a broker, or that of a webhook's event.
    """

    number: int
    at_s: float
    server: str
    consumer: str
    id: int | str
    subject: str


@dataclass
class Occasions:
    """What there was to be struck.  From event `healed` on nothing breaks any more.

    `effects` are calls in the order in which they had theirs, `servers` the kind of each by name,
    `services` the hosts of services, and `met` who has called whom.
    """

    calls: list[Called] = field(default_factory=list)
    effects: list[Called] = field(default_factory=list)
    messages: list[Sent] = field(default_factory=list)
    healed: int | None = None
    services: Sequence[str] = ()
    servers: Mapping[str, str] = field(default_factory=dict)
    met: Sequence[tuple[str, str]] = ()

    def listen(self, world: "World") -> None:
        """Hear of all that happens in a world that has not started."""
        network, heal = world.network, world.faults.heal
        fault_for, done = network.fault_for, network.done

        def asked(call: Call) -> Any:
            self.calls.append(self._called(world, call))
            return fault_for(call)

        def had(call: Call) -> None:
            self.effects.append(self._called(world, call))
            if done is not None:
                done(call)

        def healing() -> None:
            self.healed = world.trace.events.recorded
            heal()

        network.fault_for, network.done = asked, had
        world.faults.heal = healing  # type: ignore[method-assign]
        self._hear_messages(world)
        self.services, self.servers = list(world.hosts), dict(world.backends.kinds)
        self.met = network.met  # type: ignore[assignment]  # which grows as it is played

    def _called(self, world: "World", call: Call) -> Called:
        delivery = world.recorder.delivery_at_hand()
        because = cause() if delivery is None else delivery
        return Called(world.trace.events.recorded, world.loop.time(), call, because)

    def _hear_messages(self, world: "World") -> None:
        laid_down = world.faults.delivery_delays
        at_hand: list[tuple[str, int | str]] = []  # whose message it is, and which

        def delays(consumer: str, subject: str) -> list[float]:
            number, now_s, (server, id) = world.trace.events.recorded, world.loop.time(), at_hand[0]
            self.messages.append(Sent(number, now_s, server, consumer, id, subject))
            return laid_down(consumer, subject)

        def of_broker(name: str, told: Any, consumer: str, message: "StoredMessage") -> Any:
            at_hand[:] = [(name, message.seq)]
            return told(consumer, message)

        def of_stripe(name: str, told: Any, event: Mapping[str, Any]) -> Any:
            at_hand[:] = [(name, event["id"])]
            return told(event)

        world.faults.delivery_delays = delays  # type: ignore[method-assign]
        for name, broker in world.backends.brokers.items():
            broker.delivery_delays = partial(of_broker, name, broker.delivery_delays)
        for name, stripe in world.backends.stripes.items():
            every = stripe.events.listeners
            every[:] = [partial(of_stripe, name, it) for it in every]


@dataclass(frozen=True)
class Played:
    """A run, all that could have been struck in it, and what ended it, if an error did.

    `printed` is the beginning of what the story printed.
    """

    outcome: Outcome
    occasions: Occasions
    error: str = ""
    printed: Sequence[str] = ()

    @property
    def events(self) -> Sequence[TraceEvent]:
        """The events of its trace."""
        return self.outcome.trace.events

    @property
    def last(self) -> int:
        """The number of its last event."""
        return len(self.events) - 1

    def drawn(self, number: int) -> dict[str, Any]:
        """Return the run as the explorer draws it for who knows of what has fallen by an event.

        After the last one that is all of it: what proves nothing yet looks like any other event.
        """
        judgements = [
            replace(it, violations=[one for one in it.violations if self._fell_by(one, number)])
            for it in self.outcome.judgements
        ]
        fallen = sum(len(it.violations) for it in judgements)
        if fallen not in self._drawn:
            self._drawn[fallen] = run_of(replace(self.outcome, judgements=judgements))
        return self._drawn[fallen]

    @cached_property
    def _drawn(self) -> dict[int, dict[str, Any]]:
        return {}  # by how much has fallen

    def _fell_by(self, one: Violation, number: int) -> bool:
        return number >= self.last or bool(one.events and max(one.events) <= number)

    @cached_property
    def names(self) -> Names:
        """What is called how in it."""
        return Names(self.outcome.trace)

    def agrees(self, other: "Played", number: int) -> bool:
        """Tell whether two runs are the same up to an event, that one included."""
        mine, theirs = self.events[: number + 1], other.events[: number + 1]
        return [it.as_json() for it in mine] == [it.as_json() for it in theirs]


def play(case: Case) -> Played:
    """Play a case, and listen.

    An error that ends the story is a finding: there is a run up to it.  Raises: Misuse, and
    whatever ends a run before its world begins.
    """
    occasions, watched, worlds = Occasions(), Watched(), list["World"]()

    def begun(world: "World") -> None:
        worlds.append(world)
        watched.listen(world)
        occasions.listen(world)

    said, printed = "", Printed()
    with redirect_stdout(printed):  # it is played again and again
        try:
            outcome = case.play(begun=begun)
        except Misuse:
            raise
        except Exception as error:
            if not worlds:
                raise
            outcome, said = partial_outcome(case.scenario, worlds[0], error), in_a_line(error)
    watched.remember(outcome.trace)
    occasions.met = list(occasions.met)
    return Played(outcome, occasions, said, printed.lines())

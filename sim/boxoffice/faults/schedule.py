"""A fault: what breaks, on which occasions, and what it did with them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from boxoffice.clock.randomness import Random
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.patterns import (
    ANY,
    callers_now,
    callers_of,
    names_of_call,
    names_of_event,
)
from boxoffice.faults.when import Occasion as Occasion
from boxoffice.faults.when import When as When
from boxoffice.net.calls import Call, CallFault
from boxoffice.net.partition import Partition
from boxoffice.trace.outcome import Mark
from boxoffice.trace.trace import TraceEvent

if TYPE_CHECKING:
    from boxoffice.faults.blows import Blow
    from boxoffice.faults.poison import Garbage

_USUAL: Final = asdict(When())
_SHOWN: Final = 5  # of what was there, where nothing could be struck


class Fault:
    """One thing that breaks.  A family overrides the occasions that it knows of.

    A fault belongs to one world: `begin` is told its chance and its clock before anything happens.
    `target_hosts` are services and servers that it names, `partitioned_hosts` may be people as
    well, and `on` is the kind of event that it waits for; `moment`, after or before, is when it
    strikes at a call.  It strikes only servers of its `kind`, if it has one, and the clock of the
    host `clock_of`.  `offered_of` and `offered_at` are what it was asked about, `matched` is how
    often that was what it takes, and `untimely_s` when it first and last was so at another time.
    Whoever has drawn it, and draws another if it finds nothing to strike, is told by `give_up`.
    `struck` numbers those of its occasions that it took, and of these `kept` alone, if any are
    named, are taken in a run that is to be smaller than the one they come from; or, if `alike` are
    named, those that are like these, as `marks` tell it.  What `lasts` is a condition, and its
    strikes at occasions that follow each other are one.
    """

    name = "fault"
    expression = ""  # in Python, that makes another one like it
    occasion = Occasion.EVENT
    on = ""
    moment = ""
    give_up: Callable[[], object] | None = None
    kind = ""
    says = ""  # what servers answer instead
    clock_of = ""
    replicated = ""  # a pattern for services
    missed = ""  # in words, that somebody whom it cuts off was not there as it began
    kept: frozenset[int] | None = None
    alike: frozenset[Mark] | None = None
    lasts = False
    target_hosts: Sequence[str] = ()
    partitioned_hosts: Sequence[str] = ()

    def __init__(self, when: When) -> None:
        self.when = when
        self._forget()

    def __repr__(self) -> str:
        return self.expression or f"<{type(self).__name__} {self.when}>"

    def begin(self, random: Random) -> None:
        """Start anew, with a stream of chance of one's own."""
        self._random = random
        self._forget()

    def _forget(self) -> None:
        self.injected = self.matched = 0
        self.struck: list[int] = []
        self.marks: list[Mark] = []
        self._met: dict[Hashable, int] = {}
        self.untimely_s: tuple[float, float] | None = None
        self.offered_of: dict[str, None] = {}
        self.offered_at: dict[str, None] = {}

    def __str__(self) -> str:
        said = [repr(host) for host in (*self.target_hosts, *self.partitioned_hosts)]
        named = {"on": self.on, **{key: getattr(self.when, key) for key in _USUAL}}
        said += [
            f"{self.moment if key == 'of' and self.moment else key}={value!r}"
            for key, value in named.items()
            if value != _USUAL.get(key, "")
        ]
        return f"{self.name}({', '.join(said)})"

    def why_not(self) -> str:
        """Say why it has not struck; "" if it has."""
        if self.injected:
            return ""
        if self.matched:
            return f"spared {self.matched} of {self.matched} that it might have struck"
        if self.untimely_s:
            return f"what it might have struck was {self.when_it_was()}"
        if self.when.by and self.offered_of:
            return f"{self.when.by!r} did nothing of this kind"
        there = list(self.offered_at if self.when.of == ANY else self.offered_of)
        if there:
            more = ", …" if len(there) > _SHOWN else ""
            return f"nothing of this kind was there, but {', '.join(there[:_SHOWN])}{more}"
        return "there was no occasion"

    def comes_untimely(self, now_s: float) -> None:
        """Take down that there was an occasion which is not in its time."""
        first_s, _ = self.untimely_s or (now_s, now_s)
        self.untimely_s = first_s, now_s

    def when_it_was(self) -> str:
        """Return in words when there were occasions, if none was in its time."""
        assert self.untimely_s is not None
        first_s, last_s = self.untimely_s
        until = "" if last_s == first_s else f" to {last_s:.3f}"
        return f"at {first_s:.3f}{until} s, and not in its time"

    @property
    def alters_deliveries(self) -> bool:
        """Whether it is one of messages on their way: these strike without a world, too."""
        return type(self).alter_delivery is not Fault.alter_delivery

    @property
    def spared_all(self) -> bool:
        """Whether only its share has kept it from striking: another seed may tell another tale."""
        return self.matched > 0 and not self.injected and 0.0 < self.when.share < 1.0

    def injects_at(self, event: TraceEvent, now_s: float) -> bool:
        """Tell whether the occasion that an event of the trace is, is struck."""
        about, *also = names_of_event(event)
        at = event.get("consumer") or event.host
        return self.injects(about, at, now_s, also, callers_now(event.host))

    def takes_call(self, call: Call) -> bool:
        """Tell whether a call is of the kind that it strikes, whenever it is."""
        verb, *also = names_of_call(call)
        of_kind = self.kind in ("", call.kind)
        return of_kind and self.when.takes(verb, call.target, also, callers_of(call))

    def is_concerned(self, call: Call) -> bool:
        """Tell whether calls of the same names, target and callers are to be shown to it at all.

        One that says no has taken down that there was such a call, and is shown none like it.
        """
        return True

    def strikes_call(self, call: Call, now_s: float) -> bool:
        """Tell whether the occasion that a call is, is struck."""
        if self.kind not in ("", call.kind):
            return False
        verb, *also = names_of_call(call)
        return self.injects(verb, call.target, now_s, also, callers_of(call))

    def injects(
        self, of: str, at: str, now_s: float, also: Sequence[str] = (), by: Sequence[str] = ()
    ) -> bool:
        """Tell whether this occasion is struck; `also` and `by` as in `When.takes`."""
        when = self.when
        self._offer(of, at, also)
        if not when.takes(of, at, also, by):
            return False
        if not when.from_s <= now_s < when.until_s:
            self.comes_untimely(now_s)
            return False
        self.matched += 1
        like = of, at, *also, *by[-1:]  # the service, whichever of its processes
        self._met[like] = nth = self._met.get(like, 0) + 1
        mark = like, nth
        if not self._is_drawn(mark):
            return False
        self.injected += 1
        self.struck.append(self.matched)
        self.marks.append(mark)
        return True

    def _is_drawn(self, mark: Mark) -> bool:
        when = self.when
        drawn = not when.nth or self.matched in when.nth
        if drawn and when.share < 1.0:
            drawn = self._random.random() < when.share
        if self.alike is not None:
            return mark in self.alike
        return drawn if self.kept is None else self.matched in self.kept

    def _offer(self, of: str, at: str, also: Sequence[str]) -> None:
        self.offered_of[of] = self.offered_at[at] = None
        if "." in self.when.of:
            self.offered_of.update(dict.fromkeys(also))

    def alter_delivery(
        self, subject: str, consumer: str, now_s: float, after_s: list[float]
    ) -> None:
        """Change after how many seconds a message reaches a consumer, and how often.

        `after_s` holds an entry for each delivery, in seconds from now, and is changed in place.
        """

    def alter_call(self, call: Call, now_s: float, fault: CallFault) -> bool:
        """Change what becomes of a call; return whether it was changed."""
        return False

    def crash_after(
        self, event: TraceEvent, now_s: float
    ) -> tuple[str, float] | tuple[str, float, float] | None:
        """Return which host this event crashes, and for how many seconds; None for no crash.

        A third part is for how many seconds the host is told before.
        """
        return None

    def crash_by(
        self, call: Call, now_s: float
    ) -> tuple[str, float] | tuple[str, float, float] | None:
        """Return which host this call crashes at the fault's moment, as `crash_after` does."""
        return None

    def blow_after(self, event: TraceEvent, now_s: float) -> "Blow | None":
        """Return what befalls a host right after this event, if anything does."""
        return None

    def blow_by(self, call: Call, now_s: float) -> "Blow | None":
        """Return what befalls a host at the fault's moment of this call, if anything does."""
        return None

    def lag_s(self, server: str, kind: str = "") -> float:
        """Return by how many seconds a server's copies are behind it; 0 for none."""
        return 0.0

    def fail_over(self, call: Call, now_s: float) -> tuple[float, float] | None:
        """Return in how many seconds the target fails over, and how many it loses; or None."""
        return None

    def disturbance(self) -> Disturbance | None:
        """Return what of it can be done where no event and no call is seen; None for nothing."""
        return None

    def replicas_of(self, service: str) -> int:
        """Return how many processes run a service, at least."""
        return 1

    def thread_s(self, function: str, host: str, service: str, now_s: float) -> float:
        """Return for how many seconds a thread of a host is at a function, beside what it takes."""
        return 0.0

    def skew_s(self, host: str, now_s: float) -> float:
        """Return by how many seconds a host's clock is ahead."""
        return 0.0

    def moment_s(self) -> float | None:
        """Return the moment at which this fault has `partition_after` asked without an event."""
        return None

    def partition_after(self, event: TraceEvent | None, now_s: float) -> Partition | None:
        """Return the partition that begins with this event, if one does."""
        return None

    def partition_by(self, call: Call, now_s: float) -> Partition | None:
        """Return the partition that begins with this call at the fault's moment, if one does."""
        return None

    def has_swallowed(self) -> None:
        """Take down that a partition which it began has lost something."""

    def garbage_after(self, event: TraceEvent, now_s: float) -> "Garbage | None":
        """Return what is put into the stream behind this event, if anything is."""
        return None

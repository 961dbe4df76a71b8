"""Leaving: who is told to end says so, begins nothing new, and leaves nothing of its own undone.

What a service cannot help counts against nobody: where a call was lost or late, a server away, or
so much in hand that its time was up, all that is judged is that nothing new is begun, and what
`unfinished.py` knows all the same.  Whose a message or an outbox is, is known where a service has
one host only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.disturbances import KINDS, SETTLED_S, Disturbances
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence, store_of
from scenarios.shop.checks.turned_away import turned_away
from scenarios.shop.checks.unfinished import IN_ORDER, OUTBOXES, Unfinished
from scenarios.shop.checks.way import is_trouble
from scenarios.shop.checks.words import moment

# What is on its way when a host is told to end is nobody's, until both sides have heard of it.
ON_THE_WAY_US: Final = 1_500_000
BROKER: Final = "nats"
OUTSIDE: Final = ("stripe", "mail")
LONG_S: Final = 1e6  # until it is healed
PROMPTLY_US: Final = 400_000  # where no call is late
AT_ONCE_US: Final = 100_000  # of one call, which is all that it takes to be given nothing more
IDLE_US: Final = 2_300_000  # who does nothing for so long, and nobody is late, waits for nothing
SETTLES: Final = ("acked", "naked", "termed", "ack-expired")
STILL_READY: Final = "still ready"  # what a host says that leaves and is taken for ready
UNTOLD: Final = "left without a word"  # one that has not answered all whom it had let in
CUT_OFF: Final = "cut off"  # and one whose time was up
TROUBLE: Final = (*KINDS, "charge", "refund")

Given = tuple[str, int]  # the consumer, and the number of the message


@dataclass(slots=True)
class Leaves:
    """What has happened so far."""

    leaving: dict[str, TraceEvent] = field(default_factory=dict)
    in_order: set[str] = field(default_factory=set)
    hosts: dict[str, set[str]] = field(default_factory=dict)  # of each service
    begun_at: dict[str, int] = field(default_factory=dict)  # the present life of each host
    begun_us: dict[str, int] = field(default_factory=dict)  # and when
    busy_us: dict[str, int] = field(default_factory=dict)  # when a service last did something
    given: dict[int, TraceEvent] = field(default_factory=dict)  # deliveries, by number
    in_hand: dict[Given, TraceEvent] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)  # deliveries of which some effect is stored
    dropped: dict[Given, Breach] = field(default_factory=dict)  # unless it is settled yet
    outboxes: dict[tuple[str, str], TraceEvent] = field(default_factory=dict)
    disturbances: Disturbances = field(default_factory=Disturbances)
    # Who has time left waits for a store that is slow, and settles what it has in hand then.
    but_slow_stores: Disturbances = field(default_factory=Disturbances)
    # And tells of what came of it what somebody outside has taken long to answer.
    but_slow_outside: Disturbances = field(default_factory=Disturbances)
    # And whoever has got what it waited for has nothing left to wait for.
    but_what_came: Disturbances = field(default_factory=lambda: Disturbances(settled_s=0.0))
    unfinished: Unfinished = field(default_factory=Unfinished)
    broker_us: int = -1  # until when what reaches the broker may be late
    amiss_us: int = -1  # when a call failed last, or was late: of a store, or of the broker
    prompt: bool = False


def leaves_in_order(evidence: Evidence) -> Finding:
    """Follow each host from when it is told to end until it is gone."""
    leaves, tested, breaches = Leaves(prompt=evidence.prompt), False, list[Breach]()
    if ACKNOWLEDGEMENTS in evidence.unseen:
        return Finding(False)
    if next(evidence.of_kind("leave"), None) is None:  # nor is anybody followed
        return Finding(False, [*turned_away(evidence)])
    seen = ("leave", "start", "delivered", *SETTLES, "decided", "write", "stored", "response")
    for event in evidence.of_kind(*dict.fromkeys((*seen, *TROUBLE))):
        if leaves.unfinished.follow(event):
            breaches += _began(leaves, event)
        breaches += _followed(leaves, event)
        tested |= event.kind == "leave"
    return Finding(tested, [*breaches, *leaves.dropped.values(), *turned_away(evidence)])


def _followed(leaves: Leaves, event: TraceEvent) -> Iterator[Breach]:
    match event.kind:
        case "start":
            leaves.hosts.setdefault(_service(event.host), set()).add(event.host)
            leaves.begun_at[event.host] = event.number
            leaves.begun_us[event.host] = event.at_us
        case "leave":
            leaves.leaving[event.host] = event
        case "delivered" | "acked" | "naked" | "termed" | "ack-expired":
            yield from _handed(leaves, event)
        case "decided":
            yield from _begun(leaves, event)
        case "write":
            _wrote(leaves, event)
        case "stored" if event["by"]:
            leaves.busy_us[_service(event["by"])] = event.at_us
        case "charge" | "refund":
            leaves.busy_us["payments"] = event.at_us
        case "crash" if event.host in leaves.leaving:
            yield from _left(leaves, leaves.leaving.pop(event.host), event)
            return
        case "log" if event.get("what") in (STILL_READY, UNTOLD, CUT_OFF, IN_ORDER):
            yield from _said(leaves, event)
    if event.kind in KINDS:
        leaves.disturbances.follow(event)
        leaves.but_what_came.follow(event)
        if not _is_slow(event, "-db"):
            leaves.but_slow_stores.follow(event)
        if not _is_slow(event, *OUTSIDE):
            leaves.but_slow_outside.follow(event)
            # A crash may be that of who was told to end before.
            if event.kind not in ("crash", "log") and is_trouble(event):
                lasts_us = round((event.get("s") or 0.0) * 1e6)
                leaves.amiss_us = max(leaves.amiss_us, event.at_us + lasts_us)
        if _is_on_the_way(event):
            lasts_s = LONG_S if event.kind == "partition" else event.get("s") or 0.0
            until_us = event.at_us + round((lasts_s + SETTLED_S) * 1e6)
            before_us = -1 if event.kind == "heal" else leaves.broker_us
            leaves.broker_us = max(before_us, until_us)


def _is_slow(event: TraceEvent, *servers: str) -> bool:
    is_heard = event.kind == "late" and not event.get("unheard")
    return is_heard and str(event["to"]).endswith(servers)


def _is_on_the_way(event: TraceEvent) -> bool:
    """Tell whether it may keep the broker from hearing who takes no more."""
    match event.kind:
        case "late" | "lost" | "answered":
            return bool(event["to"] == BROKER)
        case "crash":
            return event.host == BROKER
    return event.kind in ("partition", "heal", "pause", "wake")


def _service(host: str) -> str:
    return host.partition("-")[0]


def _handed(leaves: Leaves, event: TraceEvent) -> Iterator[Breach]:
    message = event["consumer"], event["seq"]
    dropped = leaves.dropped.pop(message, None)
    if event.kind == "delivered":
        leaves.given[event.number] = leaves.in_hand[message] = event
        yield from _given_to_nobody(leaves, event)
    else:
        leaves.in_hand.pop(message, None)
    if dropped and event.kind in ("delivered", "ack-expired"):
        yield dropped


def _given_to_nobody(leaves: Leaves, event: TraceEvent) -> Iterator[Breach]:
    # Whatever else is slow: that somebody takes no more messages, the broker hears at once.
    hosts = leaves.hosts.get(event["consumer"], set())
    told = leaves.leaving.get(next(iter(hosts))) if len(hosts) == 1 else None
    if told is None or leaves.broker_us > told.at_us:
        return
    if event.at_us - told.at_us <= (AT_ONCE_US if leaves.prompt else ON_THE_WAY_US):
        return
    what = f"message {event['seq']} ({event['subject']}) is given to it at {moment(event.at_us)}"
    yield Breach(
        f"{told.host}: told to end at {moment(told.at_us)}, and {what}", [told.number, event.number]
    )


def _wrote(leaves: Leaves, write: TraceEvent) -> None:
    leaves.begun.add(-1 if write.cause is None else write.cause)
    leaves.busy_us[_service(write.host)] = write.at_us  # a service's store is named after it
    if (service := OUTBOXES.get(store_of(write))) is None:
        return
    after: Any = write["after"] or {}
    if after.get("outbox"):
        leaves.outboxes[service, write["id"]] = write
    else:
        leaves.outboxes.pop((service, write["id"]), None)


def _begun(leaves: Leaves, event: TraceEvent) -> Iterator[Breach]:
    number = -1 if event.cause is None else event.cause
    leaves.begun.add(number)
    leaves.busy_us[_service(event.host)] = event.at_us
    told, given = leaves.leaving.get(event.host), leaves.given.get(number)
    if told is None or given is None or given.number < told.number:
        return
    what = f"{event['type']} of {words.short(str(event['subject']))}"
    yield Breach(
        f"{event.host}: told to end at {moment(told.at_us)}, and took on {what} at "
        f"{moment(given.at_us)}",
        [told.number, given.number, event.number],
    )


def _began(leaves: Leaves, write: TraceEvent) -> Iterator[Breach]:
    """Yield what a loop begins with that is told to end: a letter, or to ask Stripe."""
    service = _service(write.host)
    hosts = leaves.hosts.get(service, set())
    told = leaves.leaving.get(next(iter(hosts))) if len(hosts) == 1 else None
    if told is None or leaves.amiss_us > told.at_us - AT_ONCE_US:
        return
    if write.at_us - told.at_us > _on_the_way_us(leaves, told, write):
        what = f"began with {words.short(str(write['id']))} at {moment(write.at_us)}"
        yield Breach(
            f"{told.host}: told to end at {moment(told.at_us)}, and {what}",
            [told.number, write.number],
        )


def _said(leaves: Leaves, event: TraceEvent) -> Iterator[Breach]:
    told = leaves.leaving.get(event.host)
    if told is None:
        return
    said = f"{event.host}: told to end at {moment(told.at_us)}, and "
    if event["what"] == STILL_READY:
        at = moment(event.at_us)
        yield Breach(f"{said}ready still at {at}", [told.number, event.number])
        return
    if event["what"] == UNTOLD:
        left = f"somebody whom it had let in has no answer at {moment(event.at_us)}"
        yield Breach(f"{said}{left}", [told.number, event.number])
        return
    service, is_cut_off = _service(event.host), event["what"] == CUT_OFF
    if not is_cut_off:
        leaves.in_order.add(event.host)
    if leaves.hosts.get(service) == {event.host}:
        begun = leaves.begun_at.get(event.host, -1)
        yield from leaves.unfinished.left(event.host, told, event, begun, is_cut_off)
    if not is_cut_off:
        return
    # What expiration does, Redis does not tell.
    if service != "expiration" and leaves.hosts.get(service) == {event.host}:
        idle_us, since_us = event.at_us - leaves.busy_us.get(service, 0), event.at_us - IDLE_US
        if idle_us > IDLE_US and not leaves.but_what_came.were(since_us, event.at_us):
            waits = f"did nothing more until its time was up at {moment(event.at_us)}"
            yield Breach(f"{said}{waits}", [told.number, event.number])


def _is_alone(leaves: Leaves, amiss: Disturbances, told: TraceEvent, now: TraceEvent) -> bool:
    one = leaves.hosts.get(_service(told.host)) == {told.host}
    return one and not amiss.were(told.at_us, now.at_us)


def _left(leaves: Leaves, told: TraceEvent, gone: TraceEvent) -> Iterator[Breach]:
    service = _service(gone.host)
    ended_in_order = gone.host in leaves.in_order  # or it was killed on the way
    leaves.in_order.discard(gone.host)
    if not ended_in_order or not _is_alone(leaves, leaves.but_slow_stores, told, gone):
        return
    said = f"{gone.host}: gone at {moment(gone.at_us)}, and "
    for message, given in leaves.in_hand.items():
        if given.number < leaves.begun_at.get(gone.host, -1):
            continue  # to a life before this one
        on_the_way = abs(given.at_us - told.at_us) <= _on_the_way_us(leaves, told, gone)
        if message[0] == service and (given.number in leaves.begun or not on_the_way):
            what = f"message {given['seq']} ({given['subject']}), given to it at "
            leaves.dropped[message] = Breach(
                f"{said}{what}{moment(given.at_us)}, is not settled",
                [told.number, given.number, gone.number],
            )
    if not _is_alone(leaves, leaves.but_slow_outside, told, gone):
        return
    # Whoever has just begun, has not seen yet what the life before it has left.
    begun, begun_us = leaves.begun_at.get(gone.host, -1), leaves.begun_us.get(gone.host, 0)
    is_new = told.at_us - begun_us < AT_ONCE_US
    for (owner, id), write in leaves.outboxes.items():
        if owner == service and not (is_new and write.number < begun):
            what = f"the outbox of {words.short(id)} is filled since {moment(write.at_us)}"
            yield Breach(f"{said}{what}", [told.number, write.number, gone.number])


def _on_the_way_us(leaves: Leaves, told: TraceEvent, gone: TraceEvent) -> float:
    if not leaves.prompt:
        return ON_THE_WAY_US
    return PROMPTLY_US + leaves.disturbances.late_s(told.at_us, gone.at_us) * 1e6

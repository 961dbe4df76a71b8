"""Rest: in the end nothing is stuck."""

from collections.abc import Collection, Iterator

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence, Message
from scenarios.shop.checks.garbage import is_garbage
from scenarios.shop.checks.parking import Mended, parked_untimely
from scenarios.shop.checks.words import moment
from scenarios.shop.debris import is_stray


def nothing_stuck(evidence: Evidence) -> Finding:
    """Look at the end: what is not quiet is stuck, and so is whatever was left behind."""
    letters, waiting = _dead_letters(evidence)
    stuck = dict.fromkeys([*evidence.restless, *_left_behind(evidence)])
    breaches = [Breach(said) for said in stuck if said not in _behind(evidence, waiting)]
    breaches += _unacknowledged(evidence, waiting)
    breaches += letters
    breaches += parked_untimely(evidence)
    return Finding(bool(evidence.messages), breaches)


def _left_behind(evidence: Evidence) -> Iterator[str]:
    publishing = {
        "tickets": evidence.tickets,
        "orders": evidence.orders,
        "payments": evidence.mirrors,
    }
    for service, documents in publishing.items():
        events = sum(len(document.get("outbox", ())) for document in documents.values())
        if events:
            yield words.outbox(service, events)
    for name, left in evidence.consumers.items():
        if left.num_pending or left.num_ack_pending:
            yield words.backlog(name, left.num_pending, left.num_ack_pending)
    for order, due_s in evidence.timers.items():
        if 0.0 < due_s <= evidence.now_s:
            yield words.timer_due(order)
    yield from map(words.timer_leased, evidence.leases)


def _behind(evidence: Evidence, waiting: Collection[str]) -> Collection[str]:
    # What comes after a message whose letter nobody has asked for yet.
    gaps = {name: left.num_ack_pending for name, left in evidence.consumers.items()}
    return {words.backlog(name, 0, gaps[name]) for name in waiting if name in gaps}


def _unacknowledged(evidence: Evidence, waiting: Collection[str]) -> Iterator[Breach]:
    # Names the messages behind a consumer's count, as far as the trace knows them.
    if ACKNOWLEDGEMENTS in evidence.unseen or not evidence.is_told:
        return
    open_: dict[tuple[str, int], list[TraceEvent]] = {}
    for event in evidence.of_kind("delivered", "acked", "termed", "max-deliveries"):
        handed_over = event["consumer"], event["seq"]
        if event.kind == "delivered":
            open_.setdefault(handed_over, []).append(event)
        else:
            open_.pop(handed_over, None)
    for (consumer, _), deliveries in open_.items():
        left = evidence.consumers.get(consumer)
        if left is not None and left.num_ack_pending and consumer not in waiting:
            yield _never_done(evidence, consumer, deliveries)


def _never_done(evidence: Evidence, consumer: str, deliveries: list[TraceEvent]) -> Breach:
    first, last = deliveries[0], deliveries[-1]
    stored = next((it for it in evidence.causes(last) if it.kind == "stored"), None)
    what = words.of_event(stored["data"]) if stored else f"{last['subject']} {last['seq']}"
    times = words.count(len(deliveries), "delivery").replace("deliverys", "deliveries")
    return Breach(
        f"{consumer}: {what} is not acknowledged after {times} since {moment(first.at_us)}",
        [*([stored.number] if stored else []), first.number, last.number],
    )


def _is_of_others(evidence: Evidence, letter: Message) -> bool:
    if not evidence.poisoned:
        return is_stray(letter.data)
    return is_stray(letter.data) or is_garbage(letter.subject.split(".", 2)[2], letter.data)


def _dead_letters(evidence: Evidence) -> tuple[list[Breach], set[str]]:
    """Return those that are there wrongly, and the services that others rightly wait for."""
    letters = [it for it in evidence.messages if it.is_dead_letter]
    # Unless its own store has refused it, an event of ours that is put aside was so wrongly.
    wrong = [it for it in letters if not _is_of_others(evidence, it)]
    wanted = {it.seq for it in wrong}
    told = evidence.of_kind("stored") if wrong and evidence.is_told else ()
    stored = {it["seq"]: it for it in told if it["seq"] in wanted and not it["duplicate"]}
    mended, breaches, waiting = Mended(evidence), list[Breach](), set[str]()
    for letter in wrong:
        event, service = stored.get(letter.seq), letter.subject.split(".")[1]
        if mended.waits(event, letter.reason):
            waiting.add(service)
            continue
        at = f" at {moment(event.at_us)}" if event else ""
        reason = f": {letter.reason}" if letter.reason else ""
        said = f"{service}: {words.of_event(letter.data)} was parked among the dead letters"
        breaches.append(Breach(f"{said}{at}{reason}", [event.number] if event else []))
    return breaches, waiting

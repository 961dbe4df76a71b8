"""Hearing: whoever consumes a type of event has heard each of them in the end.

Who does not ask for a type has no backlog of it either, so a backlog does not show it.  And what
nobody can read is put aside, for somebody to look at, and not acknowledged.
"""

from collections.abc import Iterator
from typing import Final

from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence, data_of
from scenarios.shop.checks.garbage import is_garbage
from scenarios.shop.checks.words import moment
from services.common.subjects import DEAD_LETTERS, REPLAYS

# Who consumes what, by how its type begins.  Source: the contract, section 1.
HEARS: Final = {
    "tickets": ("order.",),
    "orders": ("ticket.", "expiration.complete", "payment.created"),
    "payments": ("order.",),
    "expiration": ("order.created", "order.cancelled", "order.completed"),
}


def everybody_hears(evidence: Evidence) -> Finding:
    """Look for messages that a consumer of their type has neither acknowledged nor put aside."""
    if ACKNOWLEDGEMENTS in evidence.unseen:
        return Finding(False)
    done = {(it["consumer"], it["seq"]) for it in evidence.of_kind("acked", "termed")}
    tested, breaches = False, list[Breach]()
    for event in evidence.of_kind("stored"):
        if event["duplicate"] or not data_of(event):
            continue
        tested = True
        for consumer, beginnings in HEARS.items():
            if event["subject"].startswith(beginnings) and (consumer, event["seq"]) not in done:
                said = f"{consumer}: {words.of_event(event['data'])} was never heard"
                breaches.append(Breach(f"{said}, stored at {moment(event.at_us)}", [event.number]))
    if evidence.poisoned:
        breaches += _unread_and_gone(evidence)
    return Finding(tested, [*breaches, *_put_aside_for_good(evidence)])


def _unread_and_gone(evidence: Evidence) -> Iterator[Breach]:
    """Yield each message that nobody can read and somebody has acknowledged, not put it aside."""
    unread = {
        event["seq"]: event
        for event in evidence.of_kind("stored")
        if not event["subject"].startswith((DEAD_LETTERS, REPLAYS))
        and is_garbage(event["subject"], event["data"])
    }
    for event in evidence.of_kind("acked"):
        stored = unread.get(event["seq"])
        if stored is not None:
            said = f"{event['consumer']}: message {event['seq']} ({stored['subject']})"
            how = f"was acknowledged at {moment(event.at_us)}, though nobody can read it"
            yield Breach(f"{said} {how}", [stored.number, event.number])


def _put_aside_for_good(evidence: Evidence) -> Iterator[Breach]:
    """Yield each message whose deliveries were ended before there was a dead letter about it."""
    letters: set[str] = set()
    for event in evidence.of_kind("stored", "termed"):
        if event.kind == "stored":
            letters.add(str(event["id"]))
        elif not event["subject"].startswith(f"{REPLAYS}."):  # whose letter stays as it is
            consumer, seq = event["consumer"], event["seq"]
            if f"{DEAD_LETTERS}-{consumer}-{seq}" not in letters:
                said = f"{consumer}: message {seq} ({event['subject']}) was put aside at"
                how = f"{moment(event.at_us)}, and there was no dead letter about it"
                yield Breach(f"{said} {how}", [event.number])

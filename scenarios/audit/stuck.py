"""What stands still: what one look finds as another has found it before, and nobody acted on."""

from collections.abc import Iterator

from scenarios.audit.looks import Look
from scenarios.shop.checks import words


def stuck(before: Look, after: Look) -> list[str]:
    """Return in words what both looks have found undone, a line each."""
    first, second = dict(undone(before)), dict(undone(after))
    return [said for what, said in second.items() if what in first]


def undone(look: Look) -> Iterator[tuple[tuple[object, ...], str]]:
    """Yield what is not done, by what it is known by at another look, and in words."""
    snapshot = look.snapshot
    now_s = snapshot.at_us / 1_000_000
    for stored in snapshot.stream:
        letter = stored.as_message()
        if letter.is_dead_letter:
            service, reason = letter.subject.split(".")[1], letter.reason or "no reason given"
            said = f"{words.of_event(letter.data)} was parked among the dead letters: {reason}"
            yield ("letter", letter.seq), f"{service}: {said}"
    for entry in snapshot.outboxes():
        yield ("outbox", entry["id"]), f"{words.of_event(entry)} is stored, and not published"
    for order, due_s in snapshot.timers.items():
        if 0.0 < due_s <= now_s:
            yield ("timer", order, due_s), words.timer_due(order)
    for consumer, floor in look.floors.items():
        yield (
            ("consumer", consumer, floor),
            f"{consumer}: has acknowledged nothing after message {floor}",
        )

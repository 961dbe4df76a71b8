"""What stands still: what one look finds as another has found it before, and nobody acted on."""

from collections.abc import Collection, Iterator

from scenarios.audit.looks import Look
from scenarios.shop.checks import words
from services.common.messaging import DEAD_LETTERS

What = tuple[object, ...]  # by which something is known again at another look


def stuck(before: Collection[What], after: Look) -> list[str]:
    """Return in words what was undone before and is so still, a line each."""
    return [said for what, said in dict(undone(after)).items() if what in before]


def undone(look: Look) -> Iterator[tuple[What, str]]:
    """Yield what is not done, by what it is known by at another look, and in words."""
    snapshot = look.snapshot
    now_s = snapshot.at_us / 1_000_000
    for letter in (it.as_message() for it in look.stream.below(DEAD_LETTERS)):
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

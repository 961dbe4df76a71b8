"""How what a check has to say is put into words."""

from typing import Any, Final

DIGITS: Final = 6  # of an id, from its end, where its counter stands


def short(id: str) -> str:
    """Return as much of an id as tells it from the others of a run.

    >>> short("70dbd8814b37bb1c7f004aff")
    '004aff'
    """
    return id[-DIGITS:]


def moment(at_us: int) -> str:
    """Return a virtual time in whole microseconds as minutes, seconds and milliseconds.

    >>> moment(962_113_999)
    '16:02.113'
    """
    milliseconds = at_us // 1_000
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes:02d}:{rest // 1_000:02d}.{rest % 1_000:03d}"


def dollars(cents: int) -> str:
    """Return an amount of money.

    >>> dollars(4_505)
    '$45.05'
    """
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100}.{abs(cents) % 100:02d}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "event"), count(2, "event")
    ('1 event', '2 events')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def of_event(data: Any) -> str:
    """Return what a message says, by its type, whom it is about, and the version.

    `data` is the decoded message, or text that could not be decoded.
    """
    if not isinstance(data, dict) or not isinstance(data.get("type"), str):
        return "an undecodable message"
    said = data.get("data", {})
    known = isinstance(said, dict) and "version" in said
    version = f" version {said['version']}" if known else ""
    return f"{data['type']} of {short(str(data.get('subject', '')))}{version}"


# --- what is in motion, said alike while a world runs and after it --------------------------------


def outbox(service: str, events: int) -> str:
    """Say that events wait to be published."""
    return f"{service}: {count(events, 'event')} in an outbox"


def backlog(consumer: str, waiting: int, unacknowledged: int) -> str:
    """Say that messages wait for a consumer, or for its acknowledgement.

    >>> backlog("orders", 2, 1), backlog("orders", 0, 1)
    ('orders: 2 messages waiting, 1 unacknowledged', 'orders: 1 message unacknowledged')
    """
    if not waiting:
        return f"{consumer}: {count(unacknowledged, 'message')} unacknowledged"
    rest = f", {unacknowledged} unacknowledged" if unacknowledged else ""
    return f"{consumer}: {count(waiting, 'message')} waiting{rest}"


def timer_due(order: str) -> str:
    """Say that an order's time is over and its timer has not rung."""
    return f"expiration: timer of order {short(order)} is due"


def timer_leased(order: str) -> str:
    """Say that somebody has the lease on an order's timer."""
    return f"expiration: timer of order {short(order)} is leased"

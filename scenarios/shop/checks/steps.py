"""Steps of the contract, and what is none, in words."""

from scenarios.model.aggregates import Message, Mirror, Order, Ticket
from scenarios.model.observed import Cause, Part, Seen
from scenarios.shop.checks.words import dollars, short


def no_step(seen: Seen, by: Cause) -> str:
    """Say that something was written which the contract does not allow."""
    if seen.due == seen.now:
        return f"{seen.wrong} after {_reason(by)}"
    leads = f"no step of the contract leads from {_words(seen.was)} to {_words(seen.now)}"
    instead = f", it would be {_words(seen.due)}" if seen.due else ""
    return f"{leads} by {_reason(by)}{instead}"


def told(message: Message) -> str:
    """Return what is announced."""
    return f"{message.type} of {short(message.about)} version {message.version}"


def _reason(by: Cause) -> str:
    if by.message is not None:
        return told(by.message)
    return by.call or "the clock"


def _words(part: Part | None) -> str:
    match part:
        case Ticket(price, version, holder):
            held = f", held by order {short(holder)}" if holder else ""
            return f"version {version} ({dollars(price)}{held})"
        case Order(price, hold, status, version):
            return f"version {version} ({status}, number {hold}, {dollars(price)})"
        case Mirror(price, version, status, payment):
            return f"version {version} ({status}, payment {payment}, {dollars(price)})"
    return "nothing"

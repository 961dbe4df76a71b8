"""Invariants that hold every answer, message and moment to what is promised of it, one by one."""

from typing import Final

from boxoffice.trace import Kind
from boxoffice.world import Invariant
from scenarios.shop.checks import agreed, ahead, counting, readiness, reasons, shown

guesses_are_counted: Final = Invariant(
    "guesses-are-counted",
    Kind.ALWAYS,
    "a wrong password counts as a failure to sign in, and nothing else is left to count",
    counting.guesses_are_counted,
)
shown_as_stored: Final = Invariant(
    "shown-as-stored",
    Kind.ALWAYS,
    "an answer shows what is stored of a thing, all of it, nothing else, and nothing older",
    shown.shown_as_stored,
)
refused_for_a_reason: Final = Invariant(
    "refused-for-a-reason",
    Kind.ALWAYS,
    "what is refused is refused for what is so at a moment at which it was asked for",
    reasons.refused_for_a_reason,
)
says_what_is_agreed: Final = Invariant(
    "says-what-is-agreed",
    Kind.ALWAYS,
    "a message says all that is agreed of its type, nothing else, and why it is said",
    agreed.says_what_is_agreed,
)
as_far_ahead_as_promised: Final = Invariant(
    "as-far-ahead-as-promised",
    Kind.ALWAYS,
    "a moment that is noted, and a message that comes again, is as far ahead as is promised",
    ahead.as_far_ahead_as_promised,
)
ready_as_it_says: Final = Invariant(
    "ready-as-it-says",
    Kind.ALWAYS,
    "who says to be ready can do its work, and who says not to be has a reason",
    readiness.ready_as_it_says,
)

PROMISED: Final = (
    guesses_are_counted,
    shown_as_stored,
    refused_for_a_reason,
    says_what_is_agreed,
    as_far_ahead_as_promised,
    ready_as_it_says,
)

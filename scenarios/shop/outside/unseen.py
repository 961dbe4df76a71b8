"""What nobody outside can see, so that no invariant of it is judged there."""

from typing import Final

from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, MOMENTS

# Attempts and acknowledgements leave nothing behind, nor does what users and copies have been, or
# by which delivery, or what was amiss on the way to Stripe; and of writes only the bounds are known
# between which they were.
UNSEEN: Final = frozenset(
    {
        ACKNOWLEDGEMENTS,
        MOMENTS,
        "no-hot-loop",
        "letters-open-once",
        "alarms-on-time",
        "keeps-to-its-own",
        "reservations-as-told",
        "follows-the-contract",
        "everybody-hears",
        "leaves-in-order",
        "pending-for-a-reason",
        "no-own-errors",
        "guesses-are-counted",
        "shown-as-stored",
        "refused-for-a-reason",
        "says-what-is-agreed",
        "as-far-ahead-as-promised",
        "ready-as-it-says",
    }
)

# What is judged by what people were answered, where nobody has taken that down.
OF_ANSWERS: Final = frozenset(
    {
        "no-lost-update",
        "accepted-is-durable",
        "sessions-isolate",
        "owner-only",
        "conditions-hold",
        "reads-go-forward",
        "answered-alike",
        "lists-are-whole",
        "refusals-in-words",
    }
)

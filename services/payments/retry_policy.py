"""For how long Stripe remembers, and when it is asked again.

Four spans make sure that nobody is charged twice, or for an order that is over:

- A charge is sent within `PATIENCE` of the write that says so (`sent_at`), or not at all: a process
  that slept in between does not send when it wakes up.
- A key is repeated within `REPEATABLE` of its first use, so Stripe still knows it.
- What is older, or is for an order that is over, is looked up instead.  A list of charges does not
  lag, as a search does, so what it does not show once `CERTAIN` has passed since `sent_at` was
  never charged, and never will be.
- `SKEW` is how far our clock and Stripe's may be apart; those of our own processes differ by less
  than `CERTAIN`, since one says when it sends and another when that is long ago.

Sources: https://docs.stripe.com/api/idempotent_requests, https://docs.stripe.com/search#data-freshness
"""

from datetime import datetime, timedelta
from typing import Final

# As long as Stripe's client waits for an answer; the request that claimed may be at it until then.
PATIENCE: Final = timedelta(seconds=10)
REPEATABLE: Final = timedelta(hours=23)  # Stripe forgets a key after 24 hours
# To be sent, to arrive and to be done: Stripe goes on for a while after its client has given up.
CERTAIN: Final = timedelta(minutes=2)
SKEW: Final = timedelta(minutes=5)
LONGEST: Final = timedelta(minutes=45)  # so that whatever passes is noticed within the hour
_AFTER_REFUSAL: Final = timedelta(minutes=1)


def again(since: datetime, now: datetime) -> datetime:
    """Return when to ask again what has been unknown since then: each pause is a third longer."""
    return now + min(max((now - since) / 3, PATIENCE), LONGEST)


def after_refusal(since: datetime, now: datetime) -> datetime:
    """Return when to ask again for what Stripe refuses: each pause is twice as long."""
    return now + min(max(now - since, _AFTER_REFUSAL), LONGEST)

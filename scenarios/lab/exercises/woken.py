"""Notebook 9: the sleeper wakes.  What was decided is good for a while, and no longer.

The window is a minute in `claim`: the grader has two hundred of them to wait for.
"""

from typing import Final

from boxoffice.faults import crashes, lost_requests, pauses, replicas, slow_calls, stripe_timeouts
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import truth
from scenarios.lab.promises import rung_by_one, sent_in_time
from scenarios.lab.shop import Shop
from scenarios.shop.checks import charged_once, money_conserved

WINDOW_S: Final = 60
SLEEPS_S: Final = 160.0
DOZES_S: Final = 8.0  # within PATIENCE, and beyond the end of an order
OVERSLEEPS_S: Final = 16.0  # beyond PATIENCE, and within twice as long
_GIVEN_UP: Final = (
    "It was charged when all others had given it up: they look into Stripe's books, and what is "
    "not there two minutes after `sent_at` never comes, they think. So who has slept does not "
    "send: compare `now` with `sent_at` and PATIENCE."
)


async def _paid_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    deed = shop.chance().random()
    if deed < 0.4:
        await shop.together(shop.pays("Ana", order), _soon(shop, order))
    elif deed < 0.7:
        await shop.passes(shop.chance().choice((240.0, 294.0)) + shop.chance().uniform(0.0, 5.0))
        await shop.pays("Ana", order)
    else:
        await shop.pays("Ana", order)
    await shop.passes(140.0)
    await shop.quiet()
    if deed >= 0.7 and not shop.slept:
        assert shop.status(order) == "complete", "Ana has paid in time, and has no seat"


async def _soon(shop: Shop, order: str | None) -> None:
    await shop.passes(20.0)
    await shop.cancels("Ana", order)


async def _abandoned(shop: Shop) -> None:
    order = await shop.orders("Ana", await shop.lists("Sue"))
    await shop.passes(WINDOW_S + 50.0)
    if await shop.quiet() and order is not None:
        assert shop.status(order) == "cancelled", "nobody has told orders that time is over"


may_be_sent = Exercise(
    name="may-be-sent",
    notebook=9,
    task=(
        "A charge was decided on, a moment ago or longer: may it be sent now?\n"
        "Write `may_be_sent(order, now)`: True or False. `order.payment.sent_at` is when payments "
        "wrote down that it was about to send it; PATIENCE of services.payments.retry_policy is "
        "for how long that is good. `order.expires_at` is when the order's time is over. Whether "
        "it was cancelled is in `order.status`, and need not be looked at: what payments has heard "
        "of as cancelled it does not write down to be sent."
    ),
    target="services.payments.domain:may_be_sent",
    story=_paid_and_regretted,
    services=("orders", "payments"),
    faults=(
        replicas("payments", 2),
        pauses(  # after the first change, which is that a charge is about to be sent
            "payments", SLEEPS_S, of="orders.update_one", at="payments-db", nth=[1], share=0.5
        ),
        pauses("payments", DOZES_S, of="orders.update_one", at="payments-db", nth=[1], share=0.3),
        pauses(
            "payments", OVERSLEEPS_S, of="orders.update_one", at="payments-db", nth=[1], share=0.3
        ),
        stripe_timeouts(share=0.2, charged=False),
    ),
    checks=(charged_once, money_conserved, sent_in_time),
    reasons={
        "money-conserved": _GIVEN_UP,
        "charged-once": _GIVEN_UP,
        "sent-in-time": (
            "Who may send has decided it a moment ago (`sent_at`, and PATIENCE), and for an order "
            "that is not over: not past `expires_at`. A deadline is good only if it is looked at "
            "when the deed is done, and not when it was decided."
        ),
        "story": (
            "Who has not slept may send: `sent_at` is a moment ago then. And what came to nothing "
            "is sent again, as long as the order is not over."
        ),
        "nothing-stuck": "What may never be sent is asked about for ever.",
    },
    returns=truth,
    gives="True or False",
    window_s=300,
)

claim = Exercise(
    name="claim",
    notebook=9,
    task=(
        "Two processes see that an alarm is due: which of them rings it?\n"
        "Write `async claim(self, order)`: take the lease on this order's alarm, and return True "
        "if it is yours, False while somebody else has it. `self._redis` is Redis: "
        "`await self._redis.set(key, value, nx=True, px=milliseconds)` writes only if there is "
        "nothing yet (`nx`), and what is written is gone after so many milliseconds (`px`, a "
        "number or a timedelta); without either it does neither. It returns something true if it "
        "wrote. LEASE of services.expiration.repository, 30 seconds, is long enough to ring (a "
        "shorter one may do as well), and "
        "`_lease(order)` there is the key: who has rung deletes it. The process may die at any "
        "moment, also while it has the lease."
    ),
    target="services.expiration.repository:Timers.claim",
    story=_abandoned,
    services=("orders", "expiration"),
    faults=(
        replicas("expiration", 2),
        slow_calls(by_s=3.0, of="publish", at="nats", share=0.5, from_s=WINDOW_S - 1.0),
        lost_requests(of="publish", at="nats", share=0.1, from_s=WINDOW_S - 1.0),
        crashes("expiration", after="redis.set", nth=[1], share=0.4, from_s=WINDOW_S - 1.0),
    ),
    checks=(rung_by_one,),
    reasons={
        "rung-by-one": (
            "Two processes took themselves for the one. Only one write can say who it is: `nx` "
            "writes where nothing is, and tells whether it did. And a lease lasts until its alarm "
            "can have been rung: LEASE."
        ),
        "story": (
            "An alarm was not rung. If nobody has the lease it is yours: say so; and if its owner "
            "died, it has to end by itself, after LEASE."
        ),
        "nothing-stuck": (
            "A lease is left over, and its alarm with it: whoever had it died, and nobody has rung "
            "since. It has to end by itself, after LEASE, and that it does has to be said in the "
            "write that takes it. (Where nobody ever has it, nobody rings.)"
        ),
    },
    returns=truth,
    gives="True or False",
    window_s=WINDOW_S,
)

EXERCISES = (may_be_sent, claim)

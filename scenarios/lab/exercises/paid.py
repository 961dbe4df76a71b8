"""Notebook 10: paying while time runs out.  A silent card company, and money that comes too late.

The window is five minutes here: the grader has two hundred of them to wait for.
"""

from typing import Final

from boxoffice.faults import (
    delays,
    lost_requests,
    pauses,
    replicas,
    slow_calls,
    stripe_errors,
    stripe_timeouts,
)
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of
from scenarios.lab.promises import sent_in_time, settled_once
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    charged_once,
    money_conserved,
    versions_step_by_one,
)
from services.payments.cashier import Absent, Refused, Taken, Unknown
from services.payments.domain import Order

WINDOW_S: Final = 300
SILENT_S: Final = 40.0  # by then Stripe has answered, whatever was lost before
SLEEPS_S: Final = 40.0  # until another process has asked Stripe, and given the money back
GIVEN_UP_S: Final = 140.0  # what the books do not show by then never comes
DECLINED: Final = "tok_chargeDeclined"


async def _paid_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    deed = shop.chance().random()
    if deed < 0.2:
        await shop.pays("Ana", order, DECLINED)
        await shop.quiet()
        return
    if deed < 0.6:
        await shop.together(shop.pays("Ana", order), _soon(shop, order))
        await shop.quiet()
        return
    taken = await shop.pays("Ana", order)
    await shop.quiet()
    assert not taken or shop.status(order) == "complete", "Ana has paid, and has no seat"


async def _soon(shop: Shop, order: str | None) -> None:
    await shop.passes(shop.chance().uniform(0.1, 3.0))
    await shop.cancels("Ana", order)


async def _paid_while_time_runs_out(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    deed = shop.chance().random()
    if deed < 0.2:
        await shop.pays("Ana", order, DECLINED)
        await shop.passes(WINDOW_S + GIVEN_UP_S)  # an answer that is lost is known only then
        await shop.quiet()
        assert shop.status(order) != "complete", "Ana's card is no good, and she has a seat"
        return
    if deed < 0.4:
        await shop.together(shop.pays("Ana", order), _soon(shop, order))
        await shop.passes(GIVEN_UP_S)
        await shop.quiet()
        return
    late = deed < 0.6
    if late:
        await shop.passes(shop.chance().uniform(WINDOW_S - 25.0, WINDOW_S - 1.0))
    await shop.pays("Ana", order)
    await shop.passes(GIVEN_UP_S if late else SILENT_S)
    if await shop.quiet() and not late:
        assert shop.status(order) == "complete", "Ana has paid in time, and has no seat"


charged = Exercise(
    name="charged",
    notebook=10,
    task=(
        "The card company has taken the money: what becomes of the payment?\n"
        "Write `charged(order, stripe_id, now)`. `order.payment` is the payment, `stripe_id` the "
        "name that Stripe has given to the charge. A payment that was `Status.PENDING` becomes "
        "`Status.PAID`, or, where `order.status` is `OrderStatus.CANCELLED` by now, "
        "`Status.REFUNDING`: then it is owed back, and a loop gives back what has this status. "
        "Any other payment stays as it is: two processes may hear Stripe's answer, and one of them "
        "late.\n"
        "Return the order as it is afterwards, and a list with the event that says so; where "
        "nothing changes, the order as it came, and then nobody looks at the list."
    ),
    target="services.payments.domain:charged",
    story=_paid_and_regretted,
    services=("orders", "payments"),
    faults=(
        slow_calls(by_s=4.0, of="charge", at="stripe"),
        stripe_timeouts(share=0.2),
        lost_requests(of="orders.update_one", at="payments-db", share=0.1),
        delays(1.5, of="order.cancelled", at="payments", share=0.3),
        replicas("payments", 2),
        pauses("payments", SLEEPS_S, after="stripe.charge", share=0.3),
    ),
    checks=(charged_once, money_conserved, versions_step_by_one, settled_once),
    reasons={
        "money-conserved": (
            "Money was taken, and nothing came of it: it was kept for an order that is cancelled, "
            "never noted down, or never told. While Stripe was asked, the order may have been "
            "cancelled: look at `order.status`, and owe it back (REFUNDING). The `stripe_id` is "
            "what a refund is asked for by, and the event is all that orders hears."
        ),
        "charged-once": "The amount in the event is the order's price.",
        "versions-step-by-one": (
            "`_paying` counts the revision, and a payment is announced once, with version 0."
        ),
        "settled-once": (
            "It was settled before, and settled again: two processes have asked, or one was asleep "
            "when the answer came. Look whether the payment is PENDING still; any other stays as "
            "it is, and nothing is said."
        ),
        "settled-once: no event": (
            "The money was taken, and nobody was told. What is owed back was paid before, so that "
            "the event says so too."
        ),
        "settled-once: instead of": (
            "The event says what was settled: this payment, version 0, for this order, the order's "
            "price, and the `stripe_id`."
        ),
        "settled-once: without the": (
            "A refund is asked for by the name of the charge: the payment that you return has to "
            "hold the `stripe_id`."
        ),
        "story": (
            "A payment that was taken is noted down and announced, both in what you return: the "
            "event alone tells orders, and it goes out only with an order that has changed."
        ),
        "nothing-stuck": (
            "What is never settled is asked about for ever: what was PENDING is PAID or REFUNDING "
            "afterwards, and a refund needs the `stripe_id`. What is no longer PENDING stays as it "
            "is: you are asked again where an answer was lost."
        ),
    },
    returns=change_of(Order),
    gives="an order and a list of events",
    window_s=WINDOW_S,
)

ask = Exercise(
    name="ask",
    notebook=10,
    task=(
        "A card is to be charged, for the first time or again: ask the card company.\n"
        "Write `async _charged(self, order, payment, now)`. It returns what is known afterwards, "
        "one of four things of services.payments.cashier: Taken (it has the money), Refused (it "
        "never will), Absent (its books have no such charge) or Unknown (no answer).\n"
        "- `await self._cashier.charge(order, payment)` sends the charge, always with the same "
        "key, and returns Taken, Refused or Unknown. An Unknown whose `is_kept` is True comes "
        "again for ever: Stripe answers an error, keeps it under the key, and may have charged.\n"
        "- `await self._cashier.look_up(order, payment)` looks into Stripe's books, and returns "
        "Taken, Absent or Unknown.\n"
        "- `domain.may_be_sent(order, now)`, of services.payments, tells whether a charge may "
        "still be sent; if not, only a look is allowed.\n"
        "You are asked again, later, as long as you return Unknown or Absent."
    ),
    target="services.payments.use_cases:Settlement._charged",
    story=_paid_while_time_runs_out,
    services=("orders", "payments"),
    faults=(
        stripe_timeouts(share=0.4, charged=True, nth=[1, 2, 3]),
        stripe_timeouts(share=0.3, charged=False, nth=[1, 2, 3]),
        stripe_errors(done=True, of="charge", share=0.3, nth=[1]),
    ),
    checks=(charged_once, money_conserved, sent_in_time),
    reasons={
        "money-conserved": (
            "Money was taken that the shop does not know of, or the other way round. No answer is "
            "neither yes nor no: say Unknown, and you will be asked again; and what Stripe cannot "
            "answer any more its books can."
        ),
        "charged-once": "One key for one charge: `self._cashier.charge` sees to that.",
        "sent-in-time": (
            "A charge was sent that may not be sent any more: ask `domain.may_be_sent` first, and "
            "look into the books if it says no."
        ),
        "story": (
            "Ana has paid, and the shop never learnt it: what Stripe says has to be returned as it "
            "is, and an answer that is kept for ever (`is_kept`) hides what only the books tell."
        ),
        "nothing-stuck": (
            "Nobody finds out what became of a charge. An answer that is kept (`is_kept`) comes "
            "again for ever, and what may not be sent any more only the books can tell: look."
        ),
    },
    returns=lambda it: isinstance(it, Taken | Refused | Unknown | Absent),
    gives="Taken, Refused, Absent or Unknown",
    window_s=WINDOW_S,
)

EXERCISES = (charged, ask)

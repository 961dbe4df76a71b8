"""Notebook 3: delivered twice.  Doing something once, though it is asked for twice."""

from boxoffice.faults import duplicates, lost_requests, stripe_timeouts
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import truth
from scenarios.lab.promises import taken_once
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    charged_once,
    money_conserved,
    reservation_agrees,
    versions_step_by_one,
)
from services.common.versioning import OutOfOrder

ONE_KEY = (
    "Two charges had one key, and Stripe refuses the second. A key has to tell orders apart, and "
    "cards as well."
)


async def _regretted_and_resold(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    regretted = await shop.orders("Ana", seat)
    assert await shop.sees(regretted, "awaiting:payment"), "Ana's seat was never reserved"
    await shop.passes(shop.chance().uniform(0.0, 0.5))
    await shop.cancels("Ana", regretted)
    if shop.chance().random() < 0.5:
        await shop.orders("Ben", seat)
    await shop.quiet()


async def _two_seats_and_two_cards(shop: Shop) -> None:
    sues, sams = await shop.together(shop.lists("Sue"), shop.lists("Sam"))
    branch = shop.chance().random()
    if branch < 0.4:
        first, second = await shop.together(shop.orders("Ana", sues), shop.orders("Ana", sams))
        await shop.together(
            shop.pays("Ana", first), shop.pays("Ana", second), shop.reserves("Sue", first)
        )
        await shop.quiet()
        both = shop.status(first), shop.status(second)
        assert both == ("complete", "complete"), "Ana paid for two seats and did not get both"
        return
    if branch < 0.6:
        regretted = await shop.orders("Cleo", sues)
        await shop.together(shop.pays("Cleo", regretted), _soon(shop, regretted))
        await shop.quiet()
        return
    order = await shop.orders("Ben", sues)
    await shop.pays("Ben", order, "tok_chargeDeclined")
    await shop.quiet()  # if Stripe's answer was lost, it is known only later that it was a no
    await shop.pays("Ben", order)
    await shop.quiet()
    assert shop.status(order) == "complete", "Ben's second card is good, and he did not get a seat"


async def _soon(shop: Shop, order: str | None) -> None:
    await shop.passes(0.2)  # by then she has begun to pay, and Stripe's answer may be lost
    await shop.cancels("Cleo", order)


def _is_key(result: object) -> bool:
    return isinstance(result, str) and 0 < len(result) <= 255


seen = Exercise(
    name="seen",
    notebook=3,
    task=(
        "Has tickets heard this before?\n"
        "Write `_seen(ticket, order, version)`: True if this version of this order was applied "
        "already. `ticket.orders_applied` maps each order to the last version applied; "
        "an order that is not in it has none, and its first version is 0."
    ),
    target="services.tickets.domain:_seen",
    story=_regretted_and_resold,
    services=("tickets", "orders"),
    faults=(
        duplicates(share=0.5, within_s=1.0),
        duplicates(of="order.created", at="tickets", share=0.3, within_s=0.05),
        lost_requests(of="update_one", at="tickets-db", nth=[2], share=0.2),
    ),
    checks=(taken_once, reservation_agrees, versions_step_by_one),
    reasons={
        "reservation-agrees": (
            "A copy was taken for news, or news for a copy. The last version applied of this very "
            "order tells them apart."
        ),
        "taken-once": (
            "Each version of an order is news once, the first one, 0, too; the last one applied is "
            "no news when it comes again, and what is older still is none either. What counts is "
            "what the ticket remembers of this very order: that you were asked before does not "
            "mean that it was stored."
        ),
        "story": (
            "What is neither news nor a copy never gets anywhere: version 0 of an order that the "
            "ticket does not know is news."
        ),
        "versions-step-by-one": "A version was skipped, or applied again.",
        "nothing-stuck": "What is news must be taken as news, or it comes again for ever.",
    },
    returns=truth,
    gives="True or False",
    may_raise=(OutOfOrder,),
)

charge_key = Exercise(
    name="charge-key",
    notebook=3,
    task=(
        "Stripe's answer was lost, so the same charge is asked for again.\n"
        "Write `charge_key(order, payment)`: the idempotency key of this charge, a string. A "
        "charge that comes again with its key is answered with what Stripe did the first time, a "
        "decline too; another one with the same key is refused. `payment.attempt` counts the cards "
        "that were tried: 1, 2, …"
    ),
    target="services.payments.cashier:charge_key",
    story=_two_seats_and_two_cards,
    services=("orders", "payments"),
    faults=(stripe_timeouts(share=0.3),),
    checks=(charged_once, money_conserved),
    reasons={
        "money-conserved": ONE_KEY,
        "nothing-stuck": ONE_KEY,
        "story": ONE_KEY,
        "charged-once": (
            "The same charge was asked for with two keys, so Stripe took it for two charges. "
            "Nothing may be in the key that differs from one repetition to the next."
        ),
    },
    returns=_is_key,
    gives="a string of 1 to 255 characters",
)

EXERCISES = (seen, charge_key)

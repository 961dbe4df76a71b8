"""A market day on which everything goes wrong that can.

Sellers list and edit; buyers order, pay, change their minds or forget, now and then their password.
Meanwhile messages come twice, late and in the wrong order, or are missing for minutes, and garbage
comes between them; calls and answers get lost; Stripe falls silent, errs, or has no money; stores
refuse for seconds what they are asked; letters are put off or refused.  Each service dies now and
then, and payments is told to end with work in hand.  Databases fail over, and lose what
they had not yet shared; Redis forgets alarms, or is put back as it was two minutes ago.
"""

from boxoffice.clock import Random
from boxoffice.faults import (
    crashes,
    departures,
    duplicates,
    failing_over,
    failovers,
    gaps,
    locked_out,
    lost_requests,
    lost_responses,
    lost_writes,
    no_balance,
    no_leader,
    no_memory,
    no_storage,
    poison,
    read_only,
    refusals,
    reorders,
    slow_calls,
    stripe_busy,
    stripe_errors,
    stripe_timeouts,
    unconfirmed,
)
from scenarios.actors import Buyer, Order, Ticket
from scenarios.scenario import scenario
from scenarios.shop.checks import OF_ANY_STORM
from scenarios.town import Town

DAY_S = 300.0  # within which everybody begins
CARDS = ("tok_visa", "tok_visa", "tok_visa", "tok_chargeDeclined")


@scenario(
    faults=[
        duplicates(share=0.2, within_s=5.0),
        reorders(share=0.2, within_s=1.0),
        slow_calls(by_s=0.1, share=0.02),
        lost_requests(share=0.005),
        lost_responses(share=0.005),
        stripe_timeouts(charged=True, share=0.2),
        stripe_timeouts(charged=False, share=0.2),
        *(
            crashes(name, on="write", at=f"{name}-db", share=0.02)
            for name in ("auth", "tickets", "orders", "payments")
        ),
        crashes("expiration", on="acked", at="expiration", share=0.1),
        read_only(share=0.02),
        no_memory(share=0.02),
        failing_over(share=0.001),
        locked_out(share=0.001),
        unconfirmed(share=0.005),
        no_storage(share=0.01),
        no_leader(share=0.001),
        refusals("450 4.2.0 Greylisted", name="mail-greylisting", at="mail", share=0.3),
        refusals("550 5.1.1 No such user", name="mail-refusals", at="mail", share=0.1),
        *(
            failovers(of="*_one", at=f"{name}-db", share=0.02)
            for name in ("auth", "tickets", "orders", "payments")
        ),
        stripe_errors(share=0.05),
        stripe_errors(done=True, share=0.05),
        stripe_busy(share=0.05),
        no_balance(share=0.3),
        refusals("409", at="stripe", share=0.05),
        lost_writes(of="zadd", share=0.2),
        lost_writes(of="zadd", share=0.02, loses_s=120.0, after_s=1.0),
        departures("payments", at="payments-db", share=0.02),
        poison(share=0.02),
        gaps(share=0.01),
    ],
    checks=OF_ANY_STORM,
    size=12,
)
async def market_day(town: Town) -> None:
    tickets = [
        await town.seller(f"Seller{number % 2}").lists(f"Seat {number}", price="20.00")
        for number in range(max(2, town.size // 2))
    ]
    edits = [_edits(town, number, ticket) for number, ticket in enumerate(tickets)]
    buys = [_buys(town, buyer, tickets) for buyer in town.crowd(town.size)]
    forgets = [_forgets(town, buyer) for buyer in town.crowd(town.size)]
    await town.together(*edits, *buys, *forgets)


async def _edits(town: Town, number: int, ticket: Ticket) -> None:
    seller, chance = town.seller(f"Seller{number % 2}"), town.chance(f"edits of {number}")
    for _ in range(3):
        await town.passes(seconds=chance.uniform(0, DAY_S / 3))
        await seller.edits(ticket, price=f"{chance.randint(10, 90)}.00")


async def _buys(town: Town, buyer: Buyer, tickets: list[Ticket]) -> None:
    chance = town.chance(buyer.name)
    await town.passes(seconds=chance.uniform(0, DAY_S))
    for _ in range(2):
        order = await buyer.orders(chance.choice(tickets))
        if isinstance(order, Order):
            await town.passes(seconds=chance.choice((0.0, 1.0, 30.0, 890.0)))
            await _makes_up_their_mind(buyer, order, chance)


async def _makes_up_their_mind(buyer: Buyer, order: Order, chance: Random) -> None:
    mind = chance.random()
    if mind < 0.2:
        await buyer.cancels(order)
    elif mind < 0.8:
        await buyer.pays(order, chance.choice(CARDS))
    if 0.6 < mind < 0.7:
        await buyer.cancels(order)


async def _forgets(town: Town, buyer: Buyer) -> None:
    chance = town.chance(f"memory of {buyer.name}")
    await town.passes(seconds=chance.uniform(0, DAY_S))
    if chance.random() < 0.3:
        await buyer.forgets_password()

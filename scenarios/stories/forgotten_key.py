"""Stripe takes Ana's money and falls silent; a minute later the lights go out for a day.

Nobody in the shop knows of her charge.  When the lights are on again, Stripe has forgotten the key
that would have told, so asking once more would charge her once more.  Her charge is looked up
instead; her order has long been over, so she has her money back.
"""

from boxoffice.faults import stripe_timeouts
from scenarios.scenario import scenario
from scenarios.shop.checks import charged_once, money_conserved, nothing_stuck, orders_settle
from scenarios.town import Town
from scenarios.zoo.refunds import no_look_up

SERVICES = ("auth", "tickets", "orders", "payments", "expiration")
DARK_S = 25 * 3600.0


@scenario(
    faults=[stripe_timeouts(charged=True, until_s=3600.0)],
    checks=[charged_once, money_conserved, orders_settle, nothing_stuck],
    twins=[no_look_up],
)
async def forgotten_key(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana = town.buyer("Ana")
    order = await ana.orders(seat)
    await ana.pays(order)
    for service in SERVICES:
        town.crash(service, down_s=DARK_S)
    await town.passes(seconds=DARK_S, minutes=5)
    await town.quiet()
    assert town.status(order) == "cancelled"
    assert town.paid_cents(order) == 0

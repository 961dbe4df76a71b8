"""Ben is owed his money, and for an hour Stripe has none of the shop's to give him.

He pays in the last second, and orders hears of it too late.  Stripe refuses the refund, and keeps
that answer under its key for a day.  So each attempt has a key of its own, ever more seldom, and he
has his money within the hour after the balance is there.
"""

from boxoffice.faults import delays, no_balance
from scenarios.scenario import scenario
from scenarios.shop.checks import charged_once, money_conserved, nothing_stuck
from scenarios.town import Town
from scenarios.zoo.refunds import one_refund_key

HOUR_S = 3600.0


@scenario(
    faults=[
        delays(20.0, of="payment.created", at="orders"),
        no_balance(until_s=HOUR_S),
    ],
    checks=[charged_once, money_conserved, nothing_stuck],
    twins=[one_refund_key],
)
async def empty_balance(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ben = town.buyer("Ben")
    late = await ben.orders(seat)
    await town.passes(minutes=14, seconds=50)
    await ben.pays(late)
    await town.passes(minutes=2 * 60)
    await town.quiet()
    assert (town.status(late), town.paid_cents(late)) == ("cancelled", 0)

"""Two buyers pay in the last second; one payment is heard of in time, the other too late.

Ana's payment reaches orders before her time is over: she has the ticket.  Ben's is held up until
his order has expired: he gets his money back, and only once.
"""

from boxoffice.faults import delays, duplicates
from scenarios.scenario import scenario
from scenarios.shop.checks import charged_once, money_conserved, orders_settle, terminal_is_final
from scenarios.town import Town
from scenarios.zoo.refunds import no_refund


@scenario(
    faults=[
        delays(20.0, of="payment.created", at="orders", nth=[2]),
        duplicates(share=0.3),
    ],
    checks=[charged_once, money_conserved, orders_settle, terminal_is_final],
    twins=[no_refund],
)
async def pay_against_expiry(town: Town) -> None:
    sue = town.seller("Sue")
    ana, ben = town.buyers("Ana", "Ben")
    left, right = await sue.lists("Left", price="45.00"), await sue.lists("Right", price="45.00")
    early, late = await ana.orders(left), await ben.orders(right)
    await town.passes(minutes=14, seconds=50)
    await ana.pays(early)
    await town.quiet()
    await ben.pays(late)
    await town.passes(minutes=1)
    await town.quiet()
    assert (town.status(early), town.paid_cents(early)) == ("complete", 45_00)
    assert (town.status(late), town.paid_cents(late)) == ("cancelled", 0)

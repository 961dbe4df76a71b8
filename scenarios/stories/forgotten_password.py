"""Ana and Ben have forgotten their passwords, and the mail server has forgotten Ana.

It has taken the connection with her letter and says nothing, for days.  Ben's letter is promised a
moment later, and comes a moment later.  Ana's is tried again, and opens the shop for her as well;
to ask for it has used nothing up, and nobody has had to ask twice.
"""

from boxoffice.faults import slow_calls
from scenarios.scenario import scenario
from scenarios.shop.checks import nothing_stuck
from scenarios.town import Town
from scenarios.zoo.letters import one_letter_at_a_time


@scenario(
    faults=[slow_calls(by_s=1e9, of="mail", at="mail", nth=[1])],
    checks=[nothing_stuck],
    twins=[one_letter_at_a_time],
)
async def forgotten_password(town: Town) -> None:
    seat = await town.seller("Sue").lists("Front row", price="45.00")
    ana, ben = town.buyers("Ana", "Ben")
    assert await ana.forgets_password()
    assert await ben.forgets_password()
    await town.passes(minutes=5)
    await town.quiet()
    assert (len(town.letters(ana)), len(town.letters(ben))) == (1, 1)
    for forgetful in (ben, ana):
        [letter] = town.letters(forgetful)
        assert await forgetful.chooses_password(letter, f"{forgetful}'s other horse")
    await ana.pays(await ana.orders(seat))
    await town.quiet()
    assert town.holder(seat) is ana

"""Others charge cards on the same Stripe account: a list has more pages than one."""

from pytest import mark

from boxoffice import System
from boxoffice.faults import busy_account

CHARGE = {"amount": 100, "currency": "usd", "source": "tok_visa"}


def listed(*plan):
    """Return, of two looks for one charge, if it is on the first page, and how many there are."""
    system, found = System("till"), []

    async def charges(drivers):
        asked = drivers.stripe.v1.charges
        mine = await asked.create_async(CHARGE)
        for _ in range(2):
            page = await asked.list_async({"limit": 100})
            is_first = mine.id in [it.id for it in page.data]
            found.append((is_first, len([it async for it in page.auto_paging_iter()])))

    system.service("charges", charges, stripe="stripe")

    @system.story(faults=plan)
    async def waits(world):
        await world.passes(60)

    outcome = system.run(waits)
    assert not outcome.violations, outcome.violations
    assert len(list(outcome.trace.of_kind("charge"))) == 1, "others are not heard of"
    return found


@mark.parametrize(
    ("plan", "found"),
    [
        ([], [(True, 1), (True, 1)]),
        ([busy_account(nth=[1])], [(False, 101), (False, 101)]),
        ([busy_account(others=3, nth=[2])], [(True, 1), (True, 4)]),
        ([busy_account(of="search")], [(True, 1), (True, 1)]),
    ],
    ids=str,
)
def test_what_others_charge_is_in_the_books_too(plan, found):
    assert listed(*plan) == found

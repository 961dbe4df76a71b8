"""What runs of the shop should sometimes come to: told when it was so."""

from pytest import mark

from boxoffice import Deed, Storm, run
from boxoffice.faults import refusals
from scenarios.scenario import scenario
from scenarios.shop.sometimes import SOMETIMES
from scenarios.workload.playing import play

LISTS = [Deed("Sue", "lists", {"seat": seat, "price": "20.00"}) for seat in ("A", "B")]
FORGETS = [Deed("Ana", "forgets"), Deed("Ana", "resets", after_s=90.0)]
TWO_ORDERS = [Deed("Ana", "orders", {"seat": seat}) for seat in ("A", "B")]
CARDS = [
    Deed("Ana", "orders", {"seat": "A"}),
    Deed("Ana", "pays", {"seat": "A", "card": "tok_chargeDeclined"}),
    Deed("Ana", "pays", {"seat": "A", "card": "tok_visa"}),
]
LATE = [
    Deed("Ana", "orders", {"seat": "A"}),
    Deed("Ana", "pays", {"seat": "A", "card": "tok_visa"}, 900.0),
]


def reached(deeds, faults=(), **settings):
    @scenario(draw=lambda chance, size: Storm(LISTS + deeds, faults, {"settings": settings}))
    async def told(town):
        """A storm of these deeds."""
        await play(town)

    outcome = run(told)
    assert not outcome.violations
    assert {it.name for it in SOMETIMES} <= {*outcome.reached, *outcome.unreached}
    return set(outcome.reached)


@mark.parametrize(
    ("deeds", "faults", "expected"),
    [
        (FORGETS, [], {"letter", "password-replaced"}),
        (FORGETS, [refusals("450 4.2.0 Greylisted", at="mail", nth=[1])], {"letter-put-off"}),
        (FORGETS, [refusals("550 5.1.1 No such user", at="mail")], {"letter-given-up"}),
        (CARDS, [], {"card-declined", "second-card"}),
        (LATE, [], {"expiry"}),
    ],
    ids=["letter", "put off", "given up", "cards", "late"],
)
def test_what_a_run_came_to_is_told(deeds, faults, expected):
    assert expected <= reached(deeds, faults)


def test_a_buyer_may_have_too_many_open_orders():
    assert "too-many-open" in reached(TWO_ORDERS, most_open_orders=1)
    assert "too-many-open" not in reached(TWO_ORDERS)


def test_no_two_hopes_have_one_name():
    names = [it.name for it in SOMETIMES]
    assert len(set(names)) == len(names)

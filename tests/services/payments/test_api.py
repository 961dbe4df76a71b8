"""The door for buyers, row by row: pay, show."""

from asyncio import gather

from pytest import mark

from boxoffice.faults import stripe_timeouts
from tests.services.orders.books import WINDOW_S, assert_balanced, charges, kept_cents, mirrors
from tests.services.shop import Shop, body, refused

NOBODYS = "65f0c0ffee0123456789abcd"
MALFORMED = ["nonsense", "65F0C0FFEE0123456789ABCD", "$ne"]
DECLINED = ["tok_chargeDeclined", "tok_chargeDeclinedInsufficientFunds", "tok_unheard_of"]


async def ordered(shop: Shop, price: float | str = 45):
    """Sign up a seller and a buyer; return both and an order that all services know of."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    order = await shop.order(ana, (await shop.ticket(sue, price=price))["id"])
    await shop.sleep(1)
    return sue, ana, order


async def pay(person, order, token="tok_visa"):
    card = {"orderId": order["id"], "token": token}
    return await person.client.post("/api/payments", json=card)


# --- POST /api/payments ----------------------------------------------------------------------


def test_a_payment_is_answered_with_its_id_and_status_and_completes_the_order(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        answer = await pay(ana, order)
        assert answer.status_code == 201
        payment = body(answer)
        assert len(payment["id"]) == 24
        assert payment == {"id": payment["id"], "orderId": order["id"], "status": "paid"}
        await shop.sleep(1)
        shown = body(await ana.client.get(f"/api/orders/{order['id']}"))
        assert (shown["status"], shown["version"]) == ("complete", 2)
        assert_balanced(shop.world)

    play(script)


@mark.parametrize(
    ("price", "cents"), [(45, 4_500), (0.5, 50), ("19.99", 1_999), (999_999.99, 99_999_999)]
)
def test_the_card_is_charged_the_price_to_the_cent(play, price, cents):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop, price)
        assert (await pay(ana, order)).status_code == 201
        (charge,) = charges(shop.world, order["id"])
        assert (charge["amount"], charge["currency"]) == (cents, "usd")

    play(script)


def test_the_same_call_again_gives_the_same_payment_also_once_the_order_is_complete(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        first = await pay(ana, order)
        at_once, with_another_card = await pay(ana, order), await pay(ana, order, "tok_amex")
        await shop.sleep(5)
        when_complete = await pay(ana, order)
        for again in (at_once, with_another_card, when_complete):
            assert (again.status_code, again.json()) == (201, first.json())
        assert len(charges(shop.world, order["id"])) == 1

    play(script)


def test_the_same_call_many_times_at_once_charges_once(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        answers = await gather(*(pay(ana, order) for _ in range(6)))
        assert {answer.status_code for answer in answers} <= {201, 202}
        assert len({answer.json()["id"] for answer in answers}) == 1
        await shop.sleep(1)
        assert len(charges(shop.world, order["id"])) == 1
        assert_balanced(shop.world)

    play(script)


def test_an_order_may_be_paid_before_tickets_has_reserved_the_ticket(play):
    async def script(shop: Shop):
        sue, ana = await shop.person("sue"), await shop.person("ana")
        ticket = await shop.ticket(sue)
        await shop.sleep(1)
        shop.world.crash("tickets")
        order = await shop.placed(ana, ticket["id"])
        await shop.sleep(1)
        assert (await pay(ana, order)).status_code == 201
        await shop.sleep(1)
        shop.world.restart("tickets")
        await shop.sleep(60)
        shown = body(await ana.client.get(f"/api/orders/{order['id']}"))
        assert (shown["status"], shown["version"]) == ("complete", 1)
        assert_balanced(shop.world)

    play(script)


@mark.parametrize("token", DECLINED)
def test_a_declined_card_is_402_and_another_card_may_be_tried(play, token):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        refused(await pay(ana, order, token), 402)
        (mirror,) = mirrors(shop.world)
        shown = await ana.client.get(f"/api/payments/{mirror['payment']['id']}")
        assert body(shown)["status"] == "declined"
        assert body(await pay(ana, order, "tok_amex")) == body(shown) | {"status": "paid"}
        await shop.sleep(1)
        assert_balanced(shop.world)

    play(script)


def test_each_card_is_tried_with_an_idempotency_key_of_its_own(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        refused(await pay(ana, order, "tok_chargeDeclined"), 402, "declined")
        refused(await pay(ana, order, "tok_chargeDeclinedExpiredCard"), 402, "expired")
        assert (await pay(ana, order)).status_code == 201
        keys = [event["key"] for event in shop.world.trace.of_kind("charge")]
        assert keys == [order["id"], f"{order['id']}-2", f"{order['id']}-3"]

    play(script)


def test_a_cancelled_order_cannot_be_paid(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        assert (await ana.client.delete(f"/api/orders/{order['id']}")).status_code == 204
        await shop.sleep(1)
        refused(await pay(ana, order), 400, "cancelled", "orderId")
        assert charges(shop.world, order["id"]) == []

    play(script)


def test_an_order_cannot_be_paid_once_its_time_is_over_though_nobody_has_said_so(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        shop.world.crash("expiration")
        await shop.sleep(WINDOW_S)
        assert [it["status"] for it in mirrors(shop.world)] == ["open"]
        refused(await pay(ana, order), 400, "expired", "orderId")
        assert charges(shop.world, order["id"]) == []

    play(script)


def test_an_order_that_has_expired_and_was_cancelled_cannot_be_paid(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        await shop.sleep(WINDOW_S + 5)
        assert [it["status"] for it in mirrors(shop.world)] == ["cancelled"]
        refused(await pay(ana, order), 400, "cancelled", "orderId")

    play(script)


def test_another_users_order_cannot_be_paid(play):
    async def script(shop: Shop):
        sue, ana, order = await ordered(shop)
        refused(await pay(sue, order), 403)
        assert mirrors(shop.world)[0].get("payment") is None
        await pay(ana, order)
        refused(await pay(sue, order), 403)

    play(script)


def test_nobody_pays_or_looks_without_signing_in(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        card = {"orderId": order["id"], "token": "tok_visa"}
        refused(await shop.stranger().post("/api/payments", json=card), 401)
        payment = body(await pay(ana, order))
        refused(await shop.stranger().get(f"/api/payments/{payment['id']}"), 401)

    play(script)


def test_an_unknown_order_cannot_be_paid(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        refused(await pay(ana, {"id": NOBODYS}), 404, "order")

    play(script)


TOKENS = [None, 7, "", "tok visa", "tok_visa\n", {"$ne": ""}, ["tok_visa"], "x" * 201, "tok_\x00"]


def test_what_is_no_card_and_no_order_is_refused(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        good = {"orderId": NOBODYS, "token": "tok_visa"}
        for token in TOKENS:
            refused(await post(ana, good | {"token": token}), 400, field="token")
        for id in [None, 7, {}, *MALFORMED]:
            refused(await post(ana, good | {"orderId": id}), 400, field="orderId")
        for field in good:
            rest = {name: good[name] for name in good if name != field}
            refused(await post(ana, rest), 400, field=field)

    async def post(person, card):
        return await person.client.post("/api/payments", json=card)

    play(script)


def test_while_the_database_is_away_nothing_is_charged_and_the_answer_is_503(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        shop.world.crash("payments-db", down_s=20)
        await shop.sleep(1)
        refused(await pay(ana, order), 503)
        assert charges(shop.world, order["id"]) == []
        await shop.sleep(25)
        assert (await pay(ana, order)).status_code == 201

    play(script)


# --- GET /api/payments/{id} ------------------------------------------------------------------


def test_a_payment_is_shown_to_its_owner_alone(play):
    async def script(shop: Shop):
        sue, ana, order = await ordered(shop)
        payment = body(await pay(ana, order))
        path = f"/api/payments/{payment['id']}"
        shown = await ana.client.get(path)
        assert (shown.status_code, body(shown)) == (200, payment)
        refused(await sue.client.get(path), 403)

    play(script)


def test_a_payment_that_is_not_there_is_not_found(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        for id in [NOBODYS, *MALFORMED]:
            refused(await ana.client.get(f"/api/payments/{id}"), 404)

    play(script)


def test_an_orders_id_is_no_payments_id(play):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        await pay(ana, order)
        refused(await ana.client.get(f"/api/payments/{order['id']}"), 404)

    play(script)


# --- while Stripe's answer is unknown --------------------------------------------------------


@mark.parametrize("charged", [True, False])
def test_while_stripes_answer_is_unknown_the_payment_is_pending_and_then_settled(play, charged):
    async def script(shop: Shop):
        _, ana, order = await ordered(shop)
        answer = await pay(ana, order)
        assert (answer.status_code, body(answer)["status"]) == (202, "pending")
        again = await pay(ana, order, "tok_amex")
        assert (again.status_code, again.json()) == (202, answer.json())
        path = f"/api/payments/{body(answer)['id']}"
        assert body(await ana.client.get(path))["status"] == "pending"
        assert len(charges(shop.world, order["id"])) == charged
        await shop.sleep(60)
        assert body(await ana.client.get(path))["status"] == "paid"
        assert kept_cents(shop.world, order["id"]) == 4_500
        assert {it["key"] for it in shop.world.trace.of_kind("charge")} == {order["id"]}
        assert_balanced(shop.world)

    play(script, faults=[stripe_timeouts(charged=charged, nth=[1, 2])])

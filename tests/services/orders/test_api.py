"""The door for buyers, row by row: place, list, show, cancel."""

from asyncio import gather

from pytest import mark

from boxoffice.faults import slow_calls
from tests.services.orders.books import WINDOW_S, assert_balanced, charges, orders, said
from tests.services.shop import Shop, body, refused

NOBODYS = "65f0c0ffee0123456789abcd"
MALFORMED = ["nonsense", "65F0C0FFEE0123456789ABCD", "65f0c0ffee", "$ne", "%00", "1" * 5_000]


async def two(shop: Shop):
    """Sign up a seller and a buyer; put a ticket up."""
    sue, ana = await shop.person("sue"), await shop.person("ana")
    return sue, ana, await shop.ticket(sue)


async def paid(shop: Shop, buyer, order):
    card = {"orderId": order["id"], "token": "tok_visa"}

    async def payment():
        answer = await buyer.client.post("/api/payments", json=card)
        return answer if answer.status_code == 201 else None

    await shop.until(payment)
    await shop.sleep(1)


# --- POST /api/orders ------------------------------------------------------------------------


def test_an_order_is_answered_with_all_that_the_contract_promises(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        await shop.sleep(1)
        answer = await ana.client.post("/api/orders", json={"ticketId": ticket["id"]})
        assert answer.status_code == 201
        order = body(answer)
        assert len(order["id"]) == 24
        assert order.pop("expiresAt").startswith("2030-01-01T00:15:0")
        assert order.pop("id") == orders(shop.world)[0]["_id"]
        assert order == {
            "userId": ana.id,
            "status": "created",
            "version": 0,
            "ticket": {"id": ticket["id"], "title": "Front row", "price": 45},
        }

    play(script)


def test_an_order_is_awaiting_payment_once_tickets_has_reserved_the_ticket(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        assert (order["status"], order["version"]) == ("awaiting:payment", 1)
        shown = body(await ana.client.get(f"/api/tickets/{ticket['id']}"))
        assert shown["orderId"] == order["id"]
        assert said(shop.world, "order.awaiting-payment") == [
            {"id": order["id"], "version": 1, "ticket": {"id": ticket["id"], "hold": 1}}
        ]

    play(script)


def test_the_price_is_the_one_when_the_order_was_placed(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        path, dearer = f"/api/tickets/{ticket['id']}", {"title": "Box", "price": 99.5}
        assert (await sue.client.put(path, json=dearer)).status_code == 200
        await shop.sleep(1)
        order = await shop.order(ana, ticket["id"])
        assert order["ticket"] == {"id": ticket["id"], "title": "Box", "price": 99.5}
        refused(await sue.client.put(path, json={"title": "Box", "price": 1}), 400, "reserved")
        await paid(shop, ana, order)
        (charge,) = charges(shop.world, order["id"])
        assert charge["amount"] == 9_950

    play(script)


def test_a_price_changed_in_the_moment_of_the_order_is_not_what_is_charged(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        await shop.sleep(1)
        placed = await ana.client.post("/api/orders", json={"ticketId": ticket["id"]})
        order = body(placed)
        # Orders has the order; tickets has perhaps not heard of it yet.
        dearer = {"title": "Box", "price": 99.5}
        await sue.client.put(f"/api/tickets/{ticket['id']}", json=dearer)
        await paid(shop, ana, order)
        shown = body(await ana.client.get(f"/api/orders/{order['id']}"))
        assert shown["ticket"]["price"] == 45
        assert [it["amount"] for it in charges(shop.world, order["id"])] == [4_500]

    play(script)


def test_a_ticket_that_is_reserved_cannot_be_ordered_by_anybody(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        wish = {"ticketId": ticket["id"]}
        for buyer in (ana, sue):
            again = await buyer.client.post("/api/orders", json=wish)
            refused(again, 400, "already reserved", "ticketId")
        await paid(shop, ana, order)
        refused(await sue.client.post("/api/orders", json=wish), 400, "already reserved")
        assert len(orders(shop.world)) == 1

    play(script)


def test_an_unknown_ticket_cannot_be_ordered(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        refused(await ana.client.post("/api/orders", json={"ticketId": NOBODYS}), 404, "ticket")

    play(script)


def test_a_wish_that_names_no_ticket_is_refused(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        named = [None, 7, {"$ne": ""}, [NOBODYS], *MALFORMED]
        for wish in [{}, *({"ticketId": id} for id in named)]:
            refused(await ana.client.post("/api/orders", json=wish), 400, field="ticketId")

    play(script)


def test_nobody_orders_lists_shows_or_cancels_without_signing_in(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        stranger, path = shop.stranger(), f"/api/orders/{order['id']}"
        refused(await stranger.post("/api/orders", json={"ticketId": ticket["id"]}), 401)
        refused(await stranger.get("/api/orders"), 401)
        refused(await stranger.get(path), 401)
        refused(await stranger.delete(path), 401)
        assert [it["status"] for it in orders(shop.world)] == ["awaiting:payment"]

    play(script)


# --- GET /api/orders -------------------------------------------------------------------------


@mark.parametrize("replicas", [1, 2])
def test_own_orders_are_listed_in_the_order_they_were_placed(play, replicas):
    async def script(shop: Shop):
        sue, ana, _ = await two(shop)
        ben = await shop.person("ben")
        tickets = [await shop.ticket(sue) for _ in range(7)]
        placed = []
        for number, ticket in enumerate(tickets):
            order = await shop.placed(ben if number == 3 else ana, ticket["id"])
            placed.append(order["id"])
        theirs = placed.pop(3)
        assert [it["id"] for it in (await ana.client.get("/api/orders")).json()] == placed
        assert [it["id"] for it in (await ben.client.get("/api/orders")).json()] == [theirs]
        assert (await sue.client.get("/api/orders")).json() == []

    play(script, replicas=replicas)


def test_a_listed_order_looks_like_the_order_shown_also_when_it_is_over(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        first = await shop.order(ana, ticket["id"])
        second = await shop.order(ana, (await shop.ticket(sue))["id"])
        await ana.client.delete(f"/api/orders/{first['id']}")
        shown = [
            body(await ana.client.get(f"/api/orders/{order['id']}")) for order in (first, second)
        ]
        assert (await ana.client.get("/api/orders")).json() == shown
        assert [it["status"] for it in shown] == ["cancelled", "awaiting:payment"]

    play(script)


# --- GET, DELETE /api/orders/{id} ------------------------------------------------------------


def test_another_users_order_is_neither_shown_nor_cancelled(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        path = f"/api/orders/{order['id']}"
        refused(await sue.client.get(path), 403)
        refused(await sue.client.delete(path), 403)
        assert body(await ana.client.get(path))["status"] == "awaiting:payment"

    play(script)


def test_an_order_that_is_not_there_is_not_found(play):
    async def script(shop: Shop):
        ana = await shop.person("ana")
        for id in [NOBODYS, *MALFORMED]:
            refused(await ana.client.get(f"/api/orders/{id}"), 404)
            refused(await ana.client.delete(f"/api/orders/{id}"), 404)

    play(script)


def test_a_cancellation_is_answered_alike_however_often_it_is_asked_for(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        for _ in range(3):
            answer = await ana.client.delete(f"/api/orders/{order['id']}")
            assert (answer.status_code, answer.content) == (204, b"")
        shown = body(await ana.client.get(f"/api/orders/{order['id']}"))
        assert (shown["status"], shown["version"]) == ("cancelled", 2)
        cancelled = {"id": order["id"], "version": 2, "reason": "user"}
        await shop.sleep(1)
        ticket_id = {"ticket": {"id": ticket["id"], "hold": 1}}
        assert said(shop.world, "order.cancelled") == [cancelled | ticket_id]
        assert (await shop.order(sue, ticket["id"]))["status"] == "awaiting:payment"

    play(script)


def test_an_order_may_be_cancelled_before_tickets_has_reserved_the_ticket(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        shop.world.crash("tickets")
        await shop.sleep(1)
        order = await shop.placed(ana, ticket["id"])
        assert (await ana.client.delete(f"/api/orders/{order['id']}")).status_code == 204
        shop.world.restart("tickets")
        await shop.sleep(5)
        (stored,) = orders(shop.world)
        assert (stored["status"], stored["version"]) == ("cancelled", 1)
        shown = body(await ana.client.get(f"/api/tickets/{ticket['id']}"))
        assert shown.get("orderId") is None

    play(script)


def test_a_complete_order_cannot_be_cancelled(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        await paid(shop, ana, order)
        path = f"/api/orders/{order['id']}"
        refused(await ana.client.delete(path), 400, "complete")
        shown = body(await ana.client.get(path))
        assert (shown["status"], shown["version"]) == ("complete", 2)

    play(script)


def test_an_expired_order_is_cancelled_and_cancelling_it_is_no_mistake(play):
    async def script(shop: Shop):
        sue, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        await shop.sleep(WINDOW_S + 1)
        path = f"/api/orders/{order['id']}"
        assert body(await ana.client.get(path))["status"] == "cancelled"
        assert (await ana.client.delete(path)).status_code == 204
        assert [it["reason"] for it in said(shop.world, "order.cancelled")] == ["expired"]
        assert (await shop.order(sue, ticket["id"]))["status"] == "awaiting:payment"

    play(script)


def test_two_cancellations_at_once_are_one(play):
    async def script(shop: Shop):
        _, ana, ticket = await two(shop)
        order = await shop.order(ana, ticket["id"])
        path = f"/api/orders/{order['id']}"
        answers = await gather(*(ana.client.delete(path) for _ in range(5)))
        assert [answer.status_code for answer in answers] == [204] * 5
        await shop.sleep(1)
        assert len(said(shop.world, "order.cancelled")) == 1
        assert_balanced(shop.world)

    # All of them read the order before the first has written it.
    play(script, faults=[slow_calls(by_s=0.5, of="update_one", at="orders-db")])

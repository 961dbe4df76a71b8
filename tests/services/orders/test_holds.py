"""One order holds a ticket, and the orders of a ticket are numbered 1, 2, 3 …"""

from asyncio import gather

from pymongo.errors import DuplicateKeyError
from pytest import mark, raises

from boxoffice.faults import slow_calls
from tests.services.orders.books import WINDOW_S, assert_balanced, orders, said
from tests.services.shop import Shop, body, refused


async def listed(shop: Shop, buyers: int):
    """Put a ticket up, sign up buyers, and wait until orders has heard of the ticket."""
    sue = await shop.person("sue")
    people = [await shop.person(f"buyer{number}") for number in range(buyers)]
    ticket = await shop.ticket(sue)
    await shop.sleep(1)
    return ticket, people


def numbers(shop: Shop):
    """Return hold and status of each order, in the order of their holds."""
    return sorted((order["hold"], order["status"]) for order in orders(shop.world))


async def wish(person, ticket):
    return await person.client.post("/api/orders", json={"ticketId": ticket["id"]})


@mark.parametrize("replicas", [1, 2])
def test_of_twenty_buyers_at_once_one_gets_the_ticket(play, replicas):
    async def script(shop: Shop):
        ticket, people = await listed(shop, 20)
        answers = await gather(*(wish(person, ticket) for person in people))
        assert sorted(answer.status_code for answer in answers) == [201] + [400] * 19
        for answer in answers:
            if answer.status_code == 400:
                refused(answer, 400, "already reserved", "ticketId")
        assert [hold for hold, _ in numbers(shop)] == [1]
        await shop.sleep(1)
        (order,) = orders(shop.world)
        shown = body(await shop.stranger().get(f"/api/tickets/{ticket['id']}"))
        assert shown["orderId"] == order["_id"]

    play(script, replicas=replicas)


def test_orders_are_numbered_one_after_another_whoever_places_them(play):
    async def script(shop: Shop):
        ticket, people = await listed(shop, 4)
        for person in people[:3]:
            order = await shop.order(person, ticket["id"])
            await person.client.delete(f"/api/orders/{order['id']}")
        await shop.order(people[3], ticket["id"])
        statuses = ["cancelled"] * 3 + ["awaiting:payment"]
        assert numbers(shop) == [*zip([1, 2, 3, 4], statuses, strict=True)]
        holds = [event["ticket"]["hold"] for event in said(shop.world, "order.created")]
        assert sorted(holds) == [1, 2, 3, 4]

    play(script)


def test_each_ticket_has_numbers_of_its_own(play):
    async def script(shop: Shop):
        ticket, (ana,) = await listed(shop, 1)
        other = await shop.ticket(await shop.person("kim"))
        await shop.order(ana, ticket["id"])
        await shop.order(ana, other["id"])
        assert [hold for hold, _ in numbers(shop)] == [1, 1]

    play(script)


def test_the_ticket_of_an_expired_order_can_be_ordered_with_the_next_number(play):
    async def script(shop: Shop):
        ticket, (ana, ben) = await listed(shop, 2)
        await shop.order(ana, ticket["id"])
        await shop.sleep(WINDOW_S + 1)
        await shop.order(ben, ticket["id"])
        assert numbers(shop) == [(1, "cancelled"), (2, "awaiting:payment")]

    play(script)


@mark.parametrize("seed", range(3))
def test_numbers_stay_without_gaps_while_buyers_order_and_cancel_at_once(play, seed):
    async def script(shop: Shop):
        ticket, people = await listed(shop, 5)

        async def orders_and_cancels(person):
            for _ in range(4):
                answer = await wish(person, ticket)
                if answer.status_code == 201:
                    await person.client.delete(f"/api/orders/{answer.json()['id']}")

        await gather(*(orders_and_cancels(person) for person in people))
        holds = [hold for hold, _ in numbers(shop)]
        assert holds == list(range(1, len(holds) + 1))
        assert len(holds) >= 3
        await shop.sleep(60)
        assert_balanced(shop.world)

    play(script, seed, replicas=2)


def test_a_number_drawn_twice_is_drawn_again(play):
    async def script(shop: Shop):
        ticket, people = await listed(shop, 8)
        # All read the latest number; meanwhile the first is done, and cancelled again.
        answers = await gather(*(orders_and_cancels(person, ticket) for person in people))
        assert answers.count(201) >= 2
        holds = [hold for hold, _ in numbers(shop)]
        assert holds == list(range(1, len(holds) + 1))
        assert inserts(shop) > len(holds), "nobody drew a number twice, so nothing was tested"

    async def orders_and_cancels(person, ticket):
        answer = await wish(person, ticket)
        if answer.status_code == 201:
            await person.client.delete(f"/api/orders/{answer.json()['id']}")
        return answer.status_code

    def inserts(shop):
        late = shop.world.trace.of_kind("late")
        return sum(event["verb"] == "insert_one" for event in late)

    play(script, faults=[slow_calls(by_s=2.0, of="insert_one", at="orders-db", from_s=1.0)])


def test_the_store_itself_refuses_a_second_holder_and_a_second_bearer_of_a_number(play):
    async def script(shop: Shop):
        ticket, (ana,) = await listed(shop, 1)
        await shop.order(ana, ticket["id"])
        (order,) = orders(shop.world)
        store = shop.world.backends.mongo["orders-db"]

        def insert(**fields):
            document = {**order, **fields}
            store.perform("orders", "orders", "insert_one", lambda it: it.insert_one(document))

        del order["open_slot"]
        with raises(DuplicateKeyError):
            insert(_id="another", hold=2)
        del order["held_ticket"]
        with raises(DuplicateKeyError):
            insert(_id="another")
        insert(_id="another", hold=2)

    play(script)

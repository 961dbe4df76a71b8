"""People who do not get an answer find out what came of it."""

from pytest import mark, raises

from boxoffice.faults import delays, lost_requests, lost_responses
from scenarios.actors import Order, Payment, Refusal, Surprise, placed
from scenarios.shop.world import World

LEGS = {"request": lost_requests, "response": lost_responses}
both_legs = mark.parametrize("leg", list(LEGS))


def told(story, *faults):
    """Play a story; return what it returns and the world."""
    world = World(0, faults)
    return world.run(story), world


def lost(leg, verb, service, *nth):
    """Lose these of somebody's calls to a service."""
    return LEGS[leg](of=verb, at=service, nth=nth)


def written(world, service, collection):
    return world.backends.mongo[f"{service}-db"].documents(service, collection)


async def a_seat(town):
    return await town.seller("Sue").lists("Front row", price="45.00")


@both_legs
def test_a_sign_up_whose_answer_is_lost_ends_in_one_account(leg):
    async def story(town):
        await town.buyer("Ana").arrives()
        return town.buyer("Ana").id

    id, world = told(story, lost(leg, "POST", "auth", 1))
    assert [it["_id"] for it in written(world, "auth", "users")] == [id]


@mark.parametrize("first", list(LEGS))
@mark.parametrize("second", list(LEGS))
def test_a_sign_up_that_is_lost_twice_ends_in_one_account(first, second):
    async def story(town):
        await town.buyer("Ana").arrives()

    _, world = told(story, lost(first, "POST", "auth", 1), lost(second, "POST", "auth", 2))
    assert len(written(world, "auth", "users")) == 1


def test_whoever_does_two_things_at_once_signs_in_once():
    async def story(town):
        sue = town.seller("Sue")
        await town.together(sue.lists("Left", "45.00"), sue.lists("Right", "45.00"))
        return len(written(town, "tickets", "tickets"))

    count, world = told(story)
    assert count == 2
    asked = [it["path"] for it in world.trace.of_kind("request")]
    assert asked == ["/api/users/signup", "/api/tickets", "/api/tickets"]


def test_whoever_stays_longer_than_a_session_signs_in_again():
    async def story(town):
        seat = await a_seat(town)
        await town.passes(minutes=40)
        return await town.seller("Sue").edits(seat, price="50.00")

    version, world = told(story)
    assert version == 1
    asked = [it["path"] for it in world.trace.of_kind("request")]
    assert asked[2] == "/api/users/signin"


@both_legs
def test_a_ticket_whose_answer_is_lost_is_listed_once(leg):
    seat, world = told(a_seat, lost(leg, "POST", "tickets", 1))
    assert [it["_id"] for it in written(world, "tickets", "tickets")] == [seat.id]


def test_somebody_elses_ticket_of_the_same_title_is_not_taken_for_ones_own():
    async def story(town):
        await a_seat(town)
        return await town.seller("Tom").lists("Front row", price="9.00"), town.seller("Tom").id

    (ticket, tom), world = told(story, lost("request", "POST", "tickets", 2))
    owners = {it["_id"]: it["user_id"] for it in written(world, "tickets", "tickets")}
    assert len(owners) == 2
    assert owners[ticket.id] == tom


@both_legs
def test_an_order_whose_answer_is_lost_is_found_again_and_placed_once(leg):
    async def story(town):
        seat = await a_seat(town)
        await town.quiet()
        return await town.buyer("Ana").orders(seat), town.buyer("Ana").orders_placed

    (order, known), world = told(story, lost(leg, "POST", "orders", 1))
    assert isinstance(order, Order)
    assert known == [order]
    assert [it["_id"] for it in written(world, "orders", "orders")] == [order.id]


def test_an_order_is_found_again_though_the_first_look_is_lost_too():
    async def story(town):
        seat = await a_seat(town)
        await town.quiet()
        return await town.buyer("Ana").orders(seat)

    order, world = told(
        story, lost("response", "POST", "orders", 1), lost("response", "GET", "orders", 1)
    )
    assert [it["_id"] for it in written(world, "orders", "orders")] == [order.id]


def test_an_order_for_a_ticket_that_orders_has_not_heard_of_is_tried_again():
    async def story(town):
        return await town.buyer("Ana").orders(await a_seat(town))

    order, world = told(story, delays(10.0, of="ticket.created", at="orders"))
    assert isinstance(order, Order)
    assert 10.0 < world.loop.time() < 12.0


def test_whoever_comes_second_is_told_so():
    async def story(town):
        seat = await a_seat(town)
        await town.buyer("Ana").orders(seat)
        return await town.buyer("Ben").orders(seat)

    refusal, _ = told(story)
    assert refusal == Refusal(400, "The ticket is already reserved")
    assert not refusal
    with raises(Surprise, match="there is no order: 400 The ticket is already reserved"):
        placed(refusal)


@both_legs
def test_a_payment_whose_answer_is_lost_is_found_again_and_made_once(leg):
    async def story(town):
        order = await town.buyer("Ana").orders(await a_seat(town))
        await town.quiet()
        payment = await town.buyer("Ana").pays(order)
        await town.quiet()
        return payment, town.paid_cents(order), town.status(order)

    (payment, cents, status), world = told(story, lost(leg, "POST", "payments", 1, 2))
    assert isinstance(payment, Payment)
    assert (payment.status, cents, status) == ("paid", 45_00, "complete")
    assert len(world.backends.stripe.charges) == 1


def test_a_payment_for_an_order_that_payments_has_not_heard_of_is_tried_again():
    async def story(town):
        order = await town.buyer("Ana").orders(await a_seat(town))
        return await town.buyer("Ana").pays(order)

    payment, world = told(story, delays(10.0, of="order.created", at="payments"))
    assert payment.status == "paid"
    assert 10.0 < world.loop.time() < 12.0


def test_a_card_that_is_declined_is_a_refusal():
    async def story(town):
        order = await town.buyer("Ana").orders(await a_seat(town))
        return await town.buyer("Ana").pays(order, "tok_chargeDeclined")

    refusal, _ = told(story)
    assert (refusal.status, bool(refusal)) == (402, False)


def test_a_payment_that_stays_open_is_pending_and_neither_made_nor_refused():
    async def story(town):
        order = await town.buyer("Ana").orders(await a_seat(town))
        return await town.buyer("Ana").pays(order)

    payment, _ = told(story, lost_responses(of="charge", at="stripe"))
    assert payment.status == "pending"


@both_legs
def test_a_cancellation_whose_answer_is_lost_is_repeated(leg):
    async def story(town):
        ana = town.buyer("Ana")
        order = await ana.orders(await a_seat(town))
        return await ana.cancels(order), town.status(order)

    assert told(story, lost(leg, "DELETE", "orders", 1))[0] == (True, "cancelled")


@both_legs
def test_an_edit_whose_answer_is_lost_is_made(leg):
    async def story(town):
        seat = await a_seat(town)
        return await town.seller("Sue").edits(seat, price="50.00")

    _, world = told(story, lost(leg, "PUT", "tickets", 1))
    assert [it["price_cents"] for it in written(world, "tickets", "tickets")] == [50_00]


@mark.parametrize(
    ("verb", "service", "deed", "what"),
    [
        ("POST", "auth", lambda town, seat, order: town.buyer("Eve").arrives(), "sign in"),
        ("POST", "tickets", lambda town, seat, order: town.seller("Sue").lists("B", "1"), "list"),
        ("PUT", "tickets", lambda town, seat, order: town.seller("Sue").edits(seat, "1"), "edit"),
        ("POST", "orders", lambda town, seat, order: town.buyer("Sue2").orders(seat), "ordering"),
        ("POST", "payments", lambda town, seat, order: order.buyer.pays(order), "paying"),
        ("DELETE", "orders", lambda town, seat, order: order.buyer.cancels(order), "DELETE"),
        ("GET", "orders", lambda town, seat, order: order.buyer.status_of(order), "GET"),
    ],
)
def test_patience_ends_in_a_surprise_that_says_who_could_not_do_what(verb, service, deed, what):
    async def story(town):
        seat = await a_seat(town)
        order = await town.buyer("Ana").orders(seat)
        await town.buyer("Sue2").arrives()
        await town.passes(minutes=2)
        await deed(town, seat, order)

    with raises(Surprise, match=what):
        told(story, lost_requests(of=verb, at=service, from_s=120.0))


def test_a_status_that_never_comes_is_a_surprise():
    async def story(town):
        order = await town.buyer("Ana").orders(await a_seat(town))
        await town.buyer("Ana").sees(order, "complete")

    with raises(Surprise, match=r"Ana never saw .*[0-9a-f]{24} complete"):
        told(story)


def test_a_ticket_that_does_not_exist_is_refused_after_some_patience():
    async def story(town):
        seat = await a_seat(town)
        return await town.buyer("Ana").orders(type(seat)("0" * 24, "nowhere"))

    refusal, world = told(story)
    assert refusal.status == 404
    assert world.loop.time() > 60.0


def test_who_was_answered_before_asks_on_where_the_last_answer_is_lost():
    async def story(town):
        seat = await a_seat(town)
        ana = town.buyer("Ana")
        ana.pause_growth = 1.5
        return await ana.orders(type(seat)("0" * 24, "nowhere"))

    refusal, world = told(story, lost_responses(of="POST", at="orders", from_s=40.0, until_s=70.0))
    assert refusal.status == 404
    assert list(world.trace.of_kind("lost"))
    assert world.loop.time() > 120.0


def test_a_500_is_a_surprise(monkeypatch):
    async def fails(*args):
        raise LookupError

    monkeypatch.setattr("services.tickets.use_cases.TicketsForPeople.offer", fails)
    with raises(Surprise, match="POST /api/tickets was answered with 500"):
        told(a_seat)


@both_legs
def test_whose_new_password_is_taken_without_an_answer_signs_in_with_it(leg):
    async def story(town):
        ana = town.buyer("Ana")
        assert await ana.forgets_password()
        await town.quiet()
        [letter] = town.letters(ana)
        taken = await ana.chooses_password(letter, "another horse")
        await town.passes(minutes=60)
        await ana.arrives()
        return taken

    taken, _ = told(story, lost(leg, "POST", "auth", 3))
    assert taken

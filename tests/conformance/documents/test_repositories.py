"""The repositories themselves, each method once, on an empty database with its own indexes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pytest import raises

from services.auth.domain import Due, Email, Reset, User
from services.auth.domain import UserId as Signed
from services.auth.repository import EmailInUse, Users
from services.common.errors import Conflict
from services.common.events import TicketCreated
from services.common.outbox import Outbox
from services.common.telemetry import Telemetry
from services.orders import domain as orders
from services.orders.repository import Orders, Taken, TicketReplica
from services.payments import domain as payments
from services.payments.repository import Orders as Mirrors
from services.tickets import domain as tickets
from services.tickets.repository import Tickets

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ORDER = orders.Order("o1", "u", "t", "Front row", 4500, NOON, NOON, hold=1)
TICKET = tickets.Ticket("t1", "Front row", 4500, "u")
MIRROR = payments.Order("o1", "u", 4500, NOON)
PAYMENT = payments.Payment("p1", payments.Status.PENDING, "tok_visa", 1, NOON)
USER = User(Signed("u1"), Email("ana@example.com"), b"hash")


class Noon:
    def now(self):
        return NOON


class Broker:
    """Takes everything and remembers the ids, in place of JetStream."""

    def __init__(self):
        self.heard = []

    async def publish(self, subject, payload, *, timeout, headers):
        self.heard.append(headers["Nats-Msg-Id"])


def outbox(documents, broker=None):
    return Outbox(documents, broker or Broker(), Noon(), Telemetry("shop", log=Silence()))


class Silence:
    def __getattr__(self, name):
        return lambda *words, **more: None


def announced(version=0):
    fields = {"id": "t1", "version": version, "title": "A", "price": 4500, "userId": "u"}
    return TicketCreated.model_validate(fields)


def prepared(kind):
    """Return a story's way to a repository whose indexes are made."""

    async def prepare(shop):
        repository = kind(shop.documents, outbox(shop.documents))
        await repository.prepare()
        return repository

    return prepare


def test_an_order_is_stored_changed_and_found(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        await repository.insert(ORDER, [])
        paid = replace(ORDER, status=orders.Status.COMPLETE, version=1, payment_id="p")
        await repository.commit(ORDER, paid, [])
        with raises(Conflict):
            await repository.commit(ORDER, paid, [])
        return await repository.load("o1"), await repository.load("o2"), paid

    found, missing, paid = told(story)
    assert (found, missing) == (paid, None)


def test_a_ticket_is_taken_until_its_order_is_cancelled(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        holds = [await repository.next_hold("t")]
        await repository.insert(ORDER, [])
        with raises(Taken):
            await repository.next_hold("t")
        with raises(Taken):
            await repository.insert(replace(ORDER, id="o2", hold=2), [])
        cancelled = replace(ORDER, status=orders.Status.CANCELLED, version=1)
        await repository.commit(ORDER, cancelled, [])
        with raises(Conflict):
            await repository.insert(replace(ORDER, id="o2", hold=1), [])
        holds.append(await repository.next_hold("t"))
        await repository.insert(replace(ORDER, id="o2", hold=2), [])
        return holds

    assert told(story) == [1, 2]


def test_a_users_orders_come_in_the_order_they_were_placed(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        for id, minutes in (("b", 2), ("c", 1), ("a", 2)):
            later = NOON + timedelta(minutes=minutes)
            # The later it is placed, the sooner it ends: what was given it has become shorter.
            ends = NOON + timedelta(hours=1) - timedelta(minutes=minutes)
            order = replace(ORDER, id=id, ticket_id=id, placed_at=later, expires_at=ends)
            await repository.insert(order, [])
        await repository.insert(replace(ORDER, id="x", ticket_id="x", user_id="other"), [])
        whole = await repository.of_user("u", 10, None)
        rest = await repository.of_user("u", 1, whole[1])
        return [order.id for order in whole], [order.id for order in rest]

    assert told(story) == (["c", "a", "b"], ["b"])


def test_orders_of_which_nobody_noted_when_they_were_placed_come_first(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        for id, placed_at in (("a", NOON), ("d", None), ("b", None), ("c", NOON)):
            order = replace(ORDER, id=id, ticket_id=id, placed_at=placed_at)
            await repository.insert(order, [])
        pages, last = [], None
        while page := await repository.of_user("u", 1, last):
            [last] = page
            pages.append(last.id)
        return pages

    assert told(story) == ["b", "d", "a", "c"]


def test_a_buyer_has_one_open_order_in_each_slot(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        await repository.insert(replace(ORDER, slot=2), [])
        with raises(Conflict):
            await repository.insert(replace(ORDER, id="o2", ticket_id="x", slot=2), [])
        await repository.insert(replace(ORDER, id="o3", ticket_id="y", slot=3), [])
        return sorted(order.slot for order in await repository.open_of("u", 2))

    assert told(story) == [2]


def test_what_is_open_past_a_moment_is_found_the_oldest_first(told):
    async def story(shop):
        repository = await prepared(Orders)(shop)
        for id, minutes in (("b", 2), ("c", 1), ("a", 3), ("paid", 1), ("late", 9)):
            later = NOON + timedelta(minutes=minutes)
            order = replace(ORDER, id=id, ticket_id=id, expires_at=later)
            await repository.insert(order, [])
        waits = replace(ORDER, id="b", ticket_id="b", expires_at=NOON + timedelta(minutes=2))
        asked = replace(waits, status=orders.Status.AWAITING_PAYMENT, version=1)
        await repository.commit(waits, asked, [])
        bought = replace(waits, id="paid", ticket_id="paid")
        await repository.commit(
            bought, replace(bought, status=orders.Status.COMPLETE, version=1), []
        )
        found = await repository.open_until(NOON + timedelta(minutes=3))
        return [(id, (moment - NOON).seconds // 60) for id, moment in found.items()]

    assert told(story) == [("c", 1), ("b", 2), ("a", 3)]


def test_the_replica_of_a_ticket_steps_by_version(told):
    ticket = orders.Ticket("t", "A", 4500, "u", 0, None)

    async def story(shop):
        replica = TicketReplica(shop.documents)
        await replica.advance(-1, ticket)
        with raises(Conflict):
            await replica.advance(-1, ticket)
        held = replace(ticket, version=1, order_id="o")
        await replica.advance(0, held)
        with raises(Conflict):
            await replica.advance(0, held)
        return await replica.load("t") == held, await replica.load("u")

    assert told(story) == (True, None)


def test_tickets_for_sale_are_those_that_nobody_holds(told):
    async def story(shop):
        repository = await prepared(Tickets)(shop)
        for number in range(1, 5):
            await repository.insert(replace(TICKET, id=f"t{number}"), [])
        second = replace(TICKET, id="t2")
        held = replace(second, version=1, holder="o", orders_applied={"o": 0})
        await repository.commit(second, held, [])
        free = await repository.for_sale(10, None)
        page = await repository.for_sale(1, "t1")
        await repository.commit(held, replace(held, version=2, holder=None), [])
        return [it.id for it in free], [it.id for it in page], (await repository.load("t2")).holder

    assert told(story) == (["t1", "t3", "t4"], ["t3"], None)


def test_a_payment_is_found_by_its_id_and_while_it_is_unsettled(told):
    async def story(shop):
        repository = await prepared(Mirrors)(shop)
        await repository.insert(MIRROR)
        with raises(Conflict):
            await repository.insert(MIRROR)
        claimed = replace(MIRROR, revision=1, payment=PAYMENT)
        await repository.commit(MIRROR, claimed, [])
        unsettled = await repository.unsettled()
        paid = replace(PAYMENT, status=payments.Status.PAID, stripe_id="ch_1")
        await repository.commit(claimed, replace(claimed, revision=2, payment=paid), [])
        found = await repository.with_payment("p1")
        return unsettled == [claimed], await repository.unsettled(), found.payment == paid

    assert told(story) == (True, [], True)


def test_a_user_is_found_by_address_and_token_and_letter(told):
    async def story(shop):
        users = Users(shop.documents)
        await users.prepare()
        await users.insert(USER)
        with raises(EmailInUse):
            await users.insert(replace(USER, id="u2"))
        forgetful = replace(USER, version=1, reset=Reset("h", NOON), letter_due=Due())
        await users.commit(USER, forgetful)
        with raises(Conflict):
            await users.commit(USER, forgetful)
        found = [await users.load("u1"), await users.with_email(USER.email)]
        found += [await users.with_reset("h"), *await users.letters_due(NOON, 10)]
        await users.commit(forgetful, replace(USER, version=2))
        gone = await users.with_reset("h"), await users.letters_due(NOON, 10)
        return [user == forgetful for user in found], gone

    assert told(story) == ([True] * 4, (None, []))


def test_the_dearest_hash_is_the_greatest_whoever_has_it(told):
    async def story(shop):
        users = Users(shop.documents)
        await users.prepare()
        found = [await users.dearest_hash()]
        for number, rounds in enumerate((10, 12, 4)):
            hashed = f"$2b${rounds:02d}$x".encode()
            user = replace(USER, id=f"u{number}", email=f"{number}@a.com", password_hash=hashed)
            await users.insert(user)
            found.append(await users.dearest_hash())
        return found

    assert told(story) == [None, b"$2b$10$x", b"$2b$12$x", b"$2b$12$x"]


def test_the_relay_finds_what_waits_and_removes_what_it_has_published(told):
    async def story(shop):
        broker = Broker()
        relay = outbox(shop.documents, broker)
        repository = Tickets(shop.documents, relay)
        await repository.prepare()
        await repository.insert(TICKET, [announced(0)])
        after = replace(TICKET, version=1)
        await repository.commit(TICKET, after, [announced(1)])
        await relay.publish_waiting()
        await relay.publish_waiting()
        return broker.heard, (await shop.documents.find_one({"_id": "t1"}))["outbox"]

    assert told(story) == (["t1-0", "t1-1"], [])

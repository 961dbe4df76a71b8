"""What goes over the wire to MongoDB: each write asks for a majority, and each read reads one's.

The server is the one of ours that speaks MongoDB's protocol, and every command that comes is noted.
"""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog
from httpx import ASGITransport, AsyncClient
from pytest import fixture, mark

from boxoffice.faults import failovers
from boxoffice.real.stores.mongo import connection, serve_mongo
from services.auth.service import assemble
from services.common.clock import SystemClock
from services.common.connect import connections
from services.common.durable import durable
from services.common.settings import read
from services.orders.repository import Orders, TicketReplica
from services.payments.repository import Orders as Mirrors
from services.tickets.repository import Tickets
from tests.conformance.documents.test_repositories import (
    MIRROR,
    NOON,
    ORDER,
    PAYMENT,
    TICKET,
    announced,
    orders,
    outbox,
)

MAJORITY = {"w": "majority", "j": True, "wtimeout": 4_000}
WRITING = {"insert", "update", "delete", "findAndModify", "createIndexes"}
READING = {"find", "aggregate", "count", "distinct"}
LOG = structlog.wrap_logger(structlog.ReturnLogger())
ENVIRONMENT = {
    "JWT_KEY": "a key that is only good in a test, here",
    "SALT_FACTORY": "4",
    "STRIPE_KEY": "sk_test_nothing",
    "NATS_URL": "nats://127.0.0.1:9",
    "SMTP_URL": "smtp://127.0.0.1:9",
}


@fixture(name="heard")
def _heard(monkeypatch):
    """Every command that a server of this test is sent, in order."""
    heard, perform = [], connection.perform

    def listening(engine, command):
        heard.append(command)
        return perform(engine, command)

    monkeypatch.setattr(connection, "perform", listening)
    return heard


def played(script, options=""):
    """Play `script`, which is given the URL of an empty server and gives it such options."""

    async def play():
        async with serve_mongo("127.0.0.1", 0, SystemClock()) as url:
            await script(f"{url}/{options}")

    asyncio.run(play())


@asynccontextmanager
async def reached(service, url):
    """Give the drivers of a service, and close the one that is used."""
    made = connections(service, read(service, ENVIRONMENT | {"MONGO_URL": url}), LOG)
    try:
        yield made.drivers
    finally:
        await made.drivers.database.client.close()


async def people_come(drivers):
    """Have people sign up, fail to sign in, and ask for a letter."""
    service = assemble(drivers)
    for step in service._prepare:
        await step()
    transport = ASGITransport(service.app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://auth") as client:
        credentials = {"email": "ana@example.com", "password": "correct horse"}
        assert (await client.post("/api/users/signup", json=credentials)).status_code == 201
        wrong = credentials | {"password": "wrong horse"}
        assert (await client.post("/api/users/signin", json=wrong)).status_code == 400
        assert (await client.post("/api/users/signin", json=credentials)).status_code == 200
        forgot = {"email": "ana@example.com"}
        assert (await client.post("/api/users/forgot-password", json=forgot)).status_code == 202


async def tickets_are_offered(drivers):
    """Use the stores of tickets, and have a relay publish."""
    relay = outbox(drivers.database["tickets"])
    tickets = Tickets(drivers.database["tickets"], relay)
    await tickets.prepare()
    await tickets.insert(TICKET, [announced(0)])
    await tickets.commit(TICKET, replace(TICKET, version=1), [announced(1)])
    await tickets.for_sale(10, None)
    await relay.publish_waiting()
    await relay.measure()


async def tickets_are_ordered(drivers):
    """Use the stores of orders."""
    book = Orders(drivers.database["orders"], outbox(drivers.database["orders"]))
    await book.prepare()
    await book.insert(replace(ORDER, hold=await book.next_hold("t")), [])
    await book.load("o1")
    await book.open_until(NOON + timedelta(hours=1))
    replica = TicketReplica(drivers.database["tickets"])
    await replica.advance(-1, orders.Ticket("t", "A", 4500, "u", 0, None))


async def tickets_are_paid(drivers):
    """Use the store of payments."""
    mirrors = Mirrors(drivers.database["orders"], outbox(drivers.database["orders"]))
    await mirrors.prepare()
    await mirrors.insert(MIRROR)
    await mirrors.commit(MIRROR, replace(MIRROR, revision=1, payment=PAYMENT), [])
    await mirrors.unsettled()


DEEDS = {
    "auth": people_come,
    "tickets": tickets_are_offered,
    "orders": tickets_are_ordered,
    "payments": tickets_are_paid,
}


@mark.parametrize(
    "options",
    [
        "",
        "?w=1",
        "?w=0",
        "?w=2&wtimeoutMS=1&journal=false",
        "?readConcernLevel=local&readPreference=secondaryPreferred",
        "?W=1&JOURNAL=false&READCONCERNLEVEL=available",
    ],
)
def test_every_write_asks_for_a_majority_and_every_read_reads_one_whatever_the_url_says(
    heard, options
):
    async def script(url):
        for service, deed in DEEDS.items():
            async with reached(service, url) as drivers:
                await deed(drivers)

    played(script, options)
    asked = [(next(iter(it)), it) for it in heard]
    writes = [(name, it.get("writeConcern")) for name, it in asked if name in WRITING]
    reads = [(name, it.get("readConcern")) for name, it in asked if name in READING]
    assert {name for name, _ in writes} == WRITING
    assert {name for name, _ in reads} >= {"find"}
    assert [it for it in writes if it[1] != MAJORITY] == []
    assert [it for it in reads if it[1] != {"level": "majority"}] == []
    about = {f"{it['$db']}.{it[name]}" for name, it in asked if name in WRITING}
    assert about == {
        *("auth.users", "auth.failures", "auth.asked", "tickets.tickets", "payments.orders"),
        *("orders.orders", "orders.tickets"),
    }


def test_a_database_that_is_handed_over_twice_asks_for_the_same():
    async def script(url):
        async with reached("orders", url) as drivers:
            again = durable(drivers.database)
            assert again.write_concern == drivers.database.write_concern
            assert drivers.database["orders"].write_concern.document == MAJORITY
            assert drivers.database["orders"].read_concern.level == "majority"

    played(script)


def test_a_majority_that_does_not_answer_in_time_is_an_outage(play):
    async def script(shop):
        sue = await shop.person("sue")
        offer = {"title": "Front row", "price": 45}
        answer = await sue.client.post("/api/tickets", json=offer)
        assert answer.status_code == 503, answer.text
        await shop.sleep(20)
        listed = (await sue.client.get("/api/tickets")).json()
        assert [it["title"] for it in listed] == ["Front row"]  # it had happened all the same

    play(script, faults=[failovers(from_s=1e9, at="tickets-db", loses_s=6.0, after_s=1.0)])

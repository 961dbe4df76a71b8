"""Each service speaks to a real NATS server as its own user, and for itself alone."""

import asyncio
import itertools
import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import nats
from pytest import fixture, mark, raises

from boxoffice.real.process import Process, running
from k8s.users import AUDITOR, FILE, OPERATOR, PUBLISHES, publishes, text
from scenarios.audit.looks import READER, Shop
from scenarios.audit.shelf import Shelf
from scenarios.nats_connection import connected as connected_to_shop
from scenarios.shop.outside.stream import stream_batches
from scenarios.shop.real.launch import process_shop
from scenarios.unknown import Unknown
from services.common.dead_letters import DeadLetters
from services.common.events import EVENTS, TicketCreated
from services.common.ids import SystemIds
from services.common.messaging import (
    DEAD_LETTERS,
    REPLAYS,
    STREAM,
    Consumer,
    ensure_stream,
)
from services.common.settings import NEEDED
from services.common.steady_nats import SteadyNats
from services.common.versioning import Decision
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes import brokerage
from tests.deploy.kubernetes.building import MANIFESTS, build
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Documents
from tests.deploy.kubernetes.installation import Installations
from tests.deploy.kubernetes.secrets import expected
from tests.deploy.kubernetes.speaking import connected, event, server, telemetry, url
from tests.integration.test_processes import purchase

SPEAKING = sorted(service for service, needed in NEEDED.items() if "NATS_URL" in needed)
OF_STREAM = ("STREAM.DELETE", "STREAM.PURGE", "STREAM.UPDATE")
OF_CONSUMER = ("CONSUMER.DELETE", "CONSUMER.MSG.NEXT", "CONSUMER.DURABLE.CREATE")
# Runs a service with the URL of its own user.
AS_USER = """
import json, os, runpy, sys
os.environ["NATS_URL"] = json.loads(os.environ.pop("NATS_URLS")).get(sys.argv[1], "")
runpy.run_module("services", run_name="__main__", alter_sys=True)
"""


@fixture(scope="module")
def documents() -> Documents:
    return brokerage.local()


@fixture
def broker(documents: Documents, tmp_path: Path) -> Iterator[Process]:
    """The server of the local overlay, with the passwords that were drawn."""
    with running(server(documents, tmp_path)) as process:
        yield process


def test_the_file_of_users_is_as_the_code_would_write_it() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run: python -m k8s.users"


def test_every_event_is_published_by_one_service_that_speaks_to_nats() -> None:
    assert sorted(type for types in PUBLISHES.values() for type in types) == sorted(EVENTS)
    assert sorted(PUBLISHES) == SPEAKING


def test_no_service_may_say_what_another_says() -> None:
    said = [subject for service in PUBLISHES for subject in _own(service)]
    assert len(set(said)) == len(said)


def _own(service: str) -> list[str]:
    return [each for each in publishes(service) if not each.startswith("$JS.API.STREAM.")]


def test_a_ticket_is_sold_by_services_that_have_a_user_each(
    broker: Process, tmp_path: Path
) -> None:
    async def story() -> None:
        urls = {service: url(broker, service) for service in SPEAKING}
        given = {"NATS_URLS": json.dumps(urls)}
        code = (sys.executable, "-c", AS_USER)
        folder = tmp_path / "shop"
        async with process_shop(folder, given=given, command=code, broker="nats://no") as shop:
            await purchase(shop, "sue", "ana")
            refused = [name for name in NEEDED if "permissions violation" in shop.log_of(name)]
            assert refused == []

    asyncio.run(asyncio.wait_for(story(), 120))
    assert "Violation" not in broker.log()


@mark.parametrize("service", SPEAKING)
def test_a_service_speaks_for_itself_and_for_nobody_else(service: str, broker: Process) -> None:
    async def story() -> None:
        async with connected(broker, service) as (jetstream, violations):
            await ensure_stream(jetstream)
            for subject in (*PUBLISHES[service], f"dead-letter.{service}.x"):
                await jetstream.publish(subject, b"{}")
            assert violations == []
            before = (await jetstream.stream_info(STREAM)).state.messages
            assert await refused(jetstream, violations, _of_others(service)) == []
            assert (await jetstream.stream_info(STREAM)).state.messages == before

    asyncio.run(story())


def _of_others(service: str) -> list[str]:
    others = [each for each in PUBLISHES if each != service]
    events = [type for each in others for type in PUBLISHES[each]]
    replays = [f"{REPLAYS}.{each}.order.created" for each in PUBLISHES]
    return [*events, *replays, *(f"{DEAD_LETTERS}.{each}.x" for each in others)]


@mark.parametrize("service", SPEAKING)
def test_a_service_neither_changes_the_stream_nor_takes_from_another(
    service: str, broker: Process
) -> None:
    async def story() -> None:
        other = SPEAKING[SPEAKING.index(service) - 1]
        async with connected(broker, service) as (jetstream, violations):
            await ensure_stream(jetstream)
            forbidden = [
                *(f"$JS.API.{verb}.{STREAM}" for verb in OF_STREAM),
                *(f"$JS.API.{verb}.{STREAM}.{other}" for verb in OF_CONSUMER),
                f"$JS.API.CONSUMER.CREATE.{STREAM}",  # of any name, or of none
                f"$JS.ACK.{STREAM}.{other}.1.1.1.1.0",
                f"_INBOX.{other}.answer",
            ]
            assert await refused(jetstream, violations, forbidden) == []
            await jetstream._nc.subscribe("_INBOX.>")
            await jetstream.stream_info(STREAM)
            assert "subscription" in violations[-1]

    asyncio.run(story())


def test_an_auditor_reads_the_stream_and_does_nothing_else(broker: Process) -> None:
    async def story() -> None:
        async with connected(broker, "orders") as (jetstream, _):
            await ensure_stream(jetstream)
            for _ in range(2):
                await jetstream.publish(f"{DEAD_LETTERS}.orders.x", b"{}")
        async with (
            connected_to_shop(url(broker, AUDITOR)) as theirs,
            connected(broker, AUDITOR) as (jetstream, violations),
        ):
            assert await theirs.consumers_info(STREAM) == []
            reading = stream_batches(theirs._nc, reader=READER)
            assert [it.seq for it in await anext(reading)] == [1, 2]
            with Shelf() as shelf:
                shop = Shop(theirs, {}, None, None, shelf)
                with raises(Unknown, match="another audit reads this stream"):
                    await shop.read_on()
                await reading.aclose()
                full = patch.object(shelf, "put_messages", side_effect=OSError)
                with full, raises(OSError):
                    await shop.read_on()
                await shop.read_on()  # for who is cut short leaves nobody behind
                assert [it.seq for it in shelf.messages().below(DEAD_LETTERS)] == [1, 2]
                async with connected(broker, "orders") as (orders, _):
                    await orders.delete_msg(STREAM, 1)
                for left in (2, 2):
                    await shop.read_letters()
                    assert [it.seq for it in shelf.messages()] == [left]
            assert await theirs.consumers_info(STREAM) == []
            with raises(Unknown, match=r"refuses this user: .*permissions violation"):
                async with connected_to_shop(url(broker, AUDITOR)) as again:
                    await again.delete_msg(STREAM, 1)
            forbidden = [
                *(f"$JS.API.{verb}.{STREAM}" for verb in OF_STREAM),
                *(f"$JS.API.{verb}.{STREAM}.orders" for verb in OF_CONSUMER),
                f"$JS.API.CONSUMER.CREATE.{STREAM}",
                f"$JS.API.STREAM.MSG.DELETE.{STREAM}",
                *(type for types in PUBLISHES.values() for type in types),
                f"{DEAD_LETTERS}.orders.x",
                f"{REPLAYS}.orders.x",
            ]
            assert await refused(jetstream, violations, forbidden) == []
            await jetstream._nc.subscribe("_INBOX.>")
            await jetstream.stream_info(STREAM)
            assert "subscription" in violations[-1]

    asyncio.run(story())


def test_a_letter_is_replayed_by_the_operator_and_removed_by_its_service(broker: Process) -> None:
    applied = asyncio.Event()

    async def apply(_: TicketCreated) -> Decision:
        applied.set()
        return Decision.APPLY

    async def story() -> None:
        async with (
            connected(broker, "orders") as (jetstream, violations),
            connected(broker, OPERATOR) as (operator, _),
        ):
            consumer = Consumer(jetstream, {TicketCreated: apply}, telemetry(), SystemIds())
            await ensure_stream(jetstream)
            posted = await jetstream.publish(f"{DEAD_LETTERS}.orders.{TicketCreated.type}", event())
            taking = asyncio.create_task(consumer.run())
            letters = DeadLetters(operator)
            await letters.replay(await letters.find(posted.seq))
            await applied.wait()
            for pause_s in itertools.repeat(0.05):
                if not (await consumer.measure())["dead_letters"]:
                    break
                await asyncio.sleep(pause_s)
            taking.cancel()
            await asyncio.wait([taking])
            assert violations == []

    asyncio.run(asyncio.wait_for(story(), 60))


def test_a_stranger_does_not_come_in(broker: Process) -> None:
    async def story() -> None:
        with raises(nats.errors.Error):
            await SteadyNats().connect(f"nats://{broker.address}", allow_reconnect=False)

    asyncio.run(story())


async def refused(jetstream: Any, violations: list[str], subjects: list[str]) -> list[str]:
    """Publish on each, and return those that the server lets through."""
    passed = []
    for subject in subjects:
        so_far = len(violations)
        await jetstream._nc.publish(subject, b"")
        await jetstream.stream_info(STREAM)  # what the server has against it has come by now
        passed += [] if len(violations) > so_far else [subject]
    return passed


def test_a_member_has_to_know_the_password_of_the_routes(tmp_path: Path) -> None:
    production = [*build(MANIFESTS / "overlays" / "production"), *expected("production", "")]
    with running(server(production, tmp_path)) as process:
        said: list[str] = []

        def is_said() -> bool:  # which a server does after it is ready for clients
            said[:] = re.findall(r"Listening for route connections on .*:(\d+)", process.log())
            return bool(said)

        until(is_said, "it listens for members")
        with socket.create_connection(("127.0.0.1", int(said[0])), timeout=10) as stranger:
            greeting = stranger.makefile("rb").readline()
    assert json.loads(greeting.removeprefix(b"INFO "))["auth_required"] is True


@mark.parametrize("combination", [Combination("local"), Combination("production")], ids=str)
def test_the_monitor_answers_nobody_outside_the_pod(
    combination: Combination, installations: Installations
) -> None:
    assert (
        'http: "127.0.0.1:8222"'
        in brokerage.files(installations.built[combination])["monitor.conf"]
    )

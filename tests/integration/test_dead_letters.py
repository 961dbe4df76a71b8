"""`boxoffice dlq` on a real NATS server, with what a service's own consumer has parked there."""

import asyncio
import json
import sys

import nats
import structlog
from pytest import fixture, mark, raises

from boxoffice.real.process import running
from scenarios import cli
from services.common import failures
from services.common.clock import SystemClock, iso
from services.common.events import TicketCreated, enclose
from services.common.ids import SystemIds
from services.common.messaging import Consumer, ensure_stream
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from tests.real.servers import nats_process

pytestmark = mark.real

LOOK_S = 0.02
LOOKS = 3_000  # a minute, for a machine that is busy with other things
POISON = TicketCreated(id="poison", version=0, title="Café", price=4_500, user_id="sue")


class Shop:
    """A stream and one service's consumer, which is broken until it is mended."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mended = False
        self.applied: list[str] = []
        self.said: list[dict] = []
        log = structlog.wrap_logger(None, processors=[self._hear])
        self._telemetry = Telemetry("orders", log)

    def takes(self, *messages: bytes, until) -> None:
        """Publish, and let the consumer run until something holds."""
        asyncio.run(self._take(messages, until))

    async def _take(self, messages, until) -> None:
        async with await nats.connect(self.url) as client:
            jetstream = client.jetstream()
            await ensure_stream(jetstream)
            for message in messages:
                await jetstream.publish("ticket.created", message)
            consumer = Consumer(
                jetstream, {TicketCreated: self._apply}, self._telemetry, SystemIds()
            )
            task = asyncio.create_task(consumer.run())
            for _ in range(LOOKS):
                if until():
                    break
                await asyncio.sleep(LOOK_S)
            while not task.done():  # a driver may swallow a cancellation
                task.cancel()
                await asyncio.wait([task], timeout=1.0)
        assert until()

    async def _apply(self, event: TicketCreated) -> Decision:
        if event.id == "poison" and not self.mended:
            raise ValueError("no \x1b[31mcafé\x1b[0m in the index")
        self.applied.append(event.id)
        return Decision.APPLY

    def parked(self, count: int):
        return lambda: sum(it["event"] == "parked" for it in self.said) == count

    def _hear(self, _, __, said):
        self.said.append(dict(said))
        raise structlog.DropEvent


def message(event: TicketCreated) -> bytes:
    enclosed = enclose(event, source="/services/tickets", time=iso(SystemClock().now()))
    return enclosed.model_dump_json().encode()


@fixture(autouse=True)
def impatience(monkeypatch):
    """What takes four minutes in a shop takes none here."""
    monkeypatch.setattr(failures, "PARK_AFTER_S", 0.0)


@fixture
def shop(tmp_path):
    with running(nats_process(tmp_path)) as server:
        yield Shop(f"nats://{server.address}")


@fixture
def dlq(monkeypatch, capsys, shop):
    """Return how to say `boxoffice dlq …`; what comes back is its status, stdout and stderr."""
    monkeypatch.setenv("NATS_URL", shop.url)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["boxoffice", "dlq", *map(str, words)])
        with raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return run


def test_a_poison_message_is_listed_read_and_replayed_after_the_fix(shop, dlq):
    fine = POISON.model_copy(update={"id": "fine"})
    shop.takes(message(POISON), message(fine), until=shop.parked(1))
    assert shop.applied == ["fine"]

    status, listed, _ = dlq("list")
    line, count = listed.splitlines()
    seq, _, *about = line.split()
    assert (status, about[:4]) == (0, ["orders", "ticket.created", "poison", "0"])
    assert line.endswith("  ValueError: no \\x1b[31mcafé\\x1b[0m in the index")
    assert count == "1 dead letter"

    status, read, _ = dlq("read", seq)
    assert status == 0
    assert '"title": "Café"' in read
    assert "orders has parked this ticket.created" in read

    shop.mended = True
    status, replayed, _ = dlq("replay", seq)
    assert (status, replayed.split()[:5]) == (0, [seq, "is", "replayed", "as", "4:"])
    assert dlq("list")[1].startswith(listed.split()[0].rjust(8))  # until it has been applied
    shop.takes(until=lambda: "poison" in shop.applied)
    assert shop.applied == ["fine", "poison"]
    assert dlq("list") == (0, "no dead letters\n", "")


def test_replaying_all_while_the_cause_stands_leaves_the_same_letters(shop, dlq):
    shop.takes(b"{", message(POISON), b"[]", until=shop.parked(3))
    before = dlq("list")
    for parked in (6, 9):
        status, told, _ = dlq("replay", "--all")
        numbers = [int(line.split()[0]) for line in told.splitlines()]
        assert (status, len(numbers), numbers) == (0, 3, sorted(numbers))
        shop.takes(until=shop.parked(parked))
        assert dlq("list") == before
    shop.mended = True
    dlq("replay", "--all")
    shop.takes(until=lambda: shop.applied == ["poison"] and shop.parked(11)())
    assert len(dlq("list")[1].splitlines()) == 3  # nobody can mend what is no event


def test_a_letter_that_nobody_can_use_is_discarded(shop, dlq):
    shop.takes(b"\xff\xfe{", until=shop.parked(1))
    assert "\\xff\\xfe{" in dlq("read", 2)[1]
    assert dlq("discard", 2, 99) == (2, "", "boxoffice: there is no dead letter 99\n")
    assert dlq("discard", 2, 2) == (0, "2 is discarded: orders ticket.created – –\n", "")
    assert dlq("discard", 2) == (2, "", "boxoffice: there is no dead letter 2\n")


def test_the_list_is_written_as_json(shop, dlq, tmp_path):
    shop.takes(message(POISON), until=shop.parked(1))
    file = tmp_path / "letters.json"
    assert dlq("list", "--json", file) == (0, "", "")
    [letter] = json.loads(file.read_text(encoding="utf-8"))
    assert letter.pop("parkedAt").endswith("Z")
    assert letter == {
        "seq": 2,
        "service": "orders",
        "type": "ticket.created",
        "subject": "poison",
        "version": 0,
        "reason": "ValueError: no \x1b[31mcafé\x1b[0m in the index",
    }


def test_a_message_of_the_stream_is_no_dead_letter(shop, dlq):
    shop.takes(message(POISON), until=shop.parked(1))
    for word in ("read", "replay", "discard"):
        assert dlq(word, 1) == (2, "", "boxoffice: there is no dead letter 1\n")


def test_a_stream_that_was_never_made_is_one_line(shop, dlq):
    status, out, err = dlq("list")
    assert (status, out) == (2, "")
    assert err.endswith("has no stream TICKETING: has a service run yet?\n")


@mark.parametrize("words", [("replay",), ("replay", "3", "--all"), ("read", "0"), ("read", "x")])
def test_what_cannot_be_meant_is_misuse(dlq, words):
    status, out, err = dlq(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)


@mark.parametrize(
    ("url", "said"),
    [
        ("nats://ana:secret@127.0.0.1:9", "NATS at 127.0.0.1:9 cannot be reached: "),
        ("gopher://ana:secret@127.0.0.1", "--nats or NATS_URL is bad: not a URL with nats or tls"),
        ("nats://ana:secret@127.0.0.1:x", "--nats or NATS_URL is bad: not a URL with nats or tls"),
        ("", "Missing option"),
    ],
)
def test_a_server_that_is_not_there_is_one_line_without_its_password(dlq, monkeypatch, url, said):
    monkeypatch.setenv("NATS_URL", url)
    status, out, err = dlq("list")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"boxoffice: {said}")
    assert "secret" not in err


def test_a_password_that_is_refused_is_one_line(tmp_path, dlq, monkeypatch):
    process = nats_process(tmp_path)
    command = process.command
    process = type(process)(
        process.name, lambda port: [*command(port), "--user", "ana", "--pass", "right"], tmp_path
    )
    with running(process) as server:
        monkeypatch.setenv("NATS_URL", f"nats://ana:wrong@{server.address}")
        status, out, err = dlq("list")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "Authorization Violation" in err

"""The same random operations on both servers, and every answer compared."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import simpy
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from boxoffice.clock.loop import SimLoop
from tests.conformance.jetstream.arms import FakeBackend, NatsBackend
from tests.conformance.jetstream.bench import Bench
from tests.conformance.jetstream.operations import EXPECTED, Player, data_of
from tests.conformance.jetstream.server import NatsServer, binary

# `make test` has the time for a few, which are the first of all.
RUNS, STEPS = 100 if os.environ.get("REAL_SERVERS") == "1" else 25, 105
LOOKS = 50  # how often a server may be asked until it has counted what it already stored
SUBJECTS = st.sampled_from(["a", "b", "c.d"])
PATTERNS = st.sampled_from(["a", "b", "*", ">", "c.>"])

Do = Callable[[Player], Coroutine[Any, Any, Any]]


class Servers:
    """A real server and its client, kept for all runs."""

    def __init__(self, folder: Path) -> None:
        self._server = NatsServer(folder)
        self._server.start()
        self._runner = asyncio.Runner()
        self.connection = self._runner.run(self._server.connect())
        self.operations = 0
        self._streams = 0

    def players(self) -> tuple[Callable[[Do], Any], Callable[[Do], Any]]:
        """A player on a fresh fake and one on a fresh stream, each as a function that plays."""
        self._streams += 1
        loop = SimLoop(simpy.Environment())
        fake = Player(Bench(FakeBackend(loop), "S"))
        real = Player(Bench(NatsBackend(self._server, self.connection), f"R{self._streams}"))
        return (
            lambda do: loop.run_until_complete(do(fake)),
            lambda do: self._runner.run(do(real)),
        )

    def close(self) -> None:
        self._runner.run(self.connection.close())
        self._runner.close()
        self._server.kill()


class Twins(RuleBasedStateMachine):
    """Plays on both servers; `servers` is set for the test that runs it."""

    servers: Servers

    def __init__(self) -> None:
        super().__init__()
        self._on_fake, self._on_real = self.servers.players()

    @property
    def last_seq(self) -> int:
        return int(self._on_fake(lambda it: it.last_seq()))

    def same(self, do: Do) -> None:
        self.servers.operations += 1
        fake, real = self._on_fake(do), self._on_real(do)
        assert fake == real

    @initialize(
        limit=st.sampled_from([1000, 3, 1000, 1000]),
        deliveries=st.sampled_from([-1, 1, 2, 3]),
        filters=st.sampled_from([[], ["a"], ["a", "c.>"], ["*"]]),
    )
    def begin(self, limit: int, deliveries: int, filters: list[str]) -> None:
        self.same(lambda it: it.begin(limit, deliveries, filters))

    @rule(subjects=st.lists(SUBJECTS, min_size=2, max_size=6))
    def publish_several(self, subjects: list[str]) -> None:
        for number, subject in enumerate(subjects):
            self.publish(subject, number)

    @rule(subject=SUBJECTS, number=st.integers(0, 255))
    def publish(self, subject: str, number: int) -> None:
        self.same(lambda it: it.publish(subject, data_of(number), {}))

    @rule(subject=SUBJECTS, msg_id=st.sampled_from(["one", "two", "three"]))
    def publish_with_an_id(self, subject: str, msg_id: str) -> None:
        self.same(lambda it: it.publish(subject, b"", {"Nats-Msg-Id": msg_id}))

    @rule(
        subject=SUBJECTS,
        what=st.sampled_from(["Sequence", "Subject-Sequence"]),
        seq=st.integers(0, 12),
        headers=st.sampled_from([{}, {"Nats-Msg-Id": "one"}]),
    )
    def publish_expecting(self, subject: str, what: str, seq: int, headers: dict[str, str]) -> None:
        expecting = headers | {EXPECTED + what: str(seq)}
        self.same(lambda it: it.publish(subject, b"", expecting))

    @rule(subject=SUBJECTS, msg_id=st.sampled_from(["one", "two", ""]))
    def publish_expecting_an_id(self, subject: str, msg_id: str) -> None:
        self.same(lambda it: it.publish(subject, b"", {EXPECTED + "Msg-Id": msg_id}))

    @rule(batch=st.integers(1, 6))
    def fetch(self, batch: int) -> None:
        self.agree()  # for each message tells how many are still to come
        self.same(lambda it: it.fetch(batch))

    @rule(
        choice=st.integers(0, 60),
        word=st.sampled_from(["+ACK", "+ACK", "-NAK", "-NAK", "+TERM", "+WPI"]),
    )
    def settle(self, choice: int, word: str) -> None:
        self.same(lambda it: it.settle(-1 - choice, word))

    @rule(subject=st.none() | PATTERNS, back=st.integers(-2, 12), keep=st.integers(0, 4))
    def purge(self, subject: str | None, back: int, keep: int) -> None:
        """Purge up to a sequence near the end, but for the last few, or both, which is refused."""
        seq = max(0, self.last_seq - back) if back else 0
        self.same(lambda it: it.purge(subject, seq, keep))

    @rule(back=st.integers(-1, 20))
    def delete(self, back: int) -> None:
        seq = max(1, self.last_seq - back)
        self.same(lambda it: it.delete(seq))

    @rule(back=st.integers(-1, 20), subject=SUBJECTS)
    def read(self, back: int, subject: str) -> None:
        seq = max(1, self.last_seq - back)
        self.same(lambda it: it.read(seq=seq))
        self.same(lambda it: it.read(seq=seq, next_by_subj=subject))
        self.same(lambda it: it.read(last_by_subj=subject))

    @rule()
    def recreate(self) -> None:
        self.same(lambda it: it.recreate())

    @rule()
    def info(self) -> None:
        self.servers.operations += 1
        self.agree()

    def agree(self) -> None:
        """Compare what both tell of themselves; a server counts a little after it has stored."""
        wanted = self._on_fake(lambda it: it.info())
        found = None
        for _ in range(LOOKS):
            found = self._on_real(lambda it: it.info())
            if found == wanted:
                break
        assert wanted == found


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    if binary() is None:
        pytest.skip("real: no nats-server")
    servers = Servers(tmp_path)
    yield servers
    servers.close()


@pytest.mark.real
def test_random_operations_have_the_same_answers(
    servers: Servers, record_property: Callable[[str, object], None]
) -> None:
    Twins.servers = servers
    run_state_machine_as_test(
        Twins,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_property("jetstream-operations", servers.operations)
    assert servers.operations >= RUNS * STEPS * 0.9

"""Every case of this folder, once on the fake and once on a real nats-server."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.jetstream.arms import Case, Concert, play_on_the_fake
from tests.conformance.jetstream.server import binary

OPERATIONS = "jetstream-operations"
ARMS = ("fake", "nats-server")
_concert = pytest.StashKey[Concert]()
_played = pytest.StashKey[dict[str, int]]()


class CaseItem(pytest.Item):
    """One case on one server."""

    def __init__(self, *, case: Case, arm: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.arm = arm
        if arm == "nats-server":
            self.add_marker("real")

    @property
    def case_name(self) -> str:
        return f"{self.path.stem}::{self.case.__name__}"  # type: ignore[attr-defined]

    def runtest(self) -> None:
        if self.arm == "fake":
            play_on_the_fake(self.case)
        else:
            self._hear()
        played = self.config.stash[_played]
        played[self.arm] += 1

    def _hear(self) -> None:
        if binary() is None:
            pytest.skip("real: no nats-server")
        error = _outcomes(self.session)[self.case_name]
        if error is not None:
            raise error

    def reportinfo(self) -> tuple[Any, int | None, str]:
        line = inspect.getsourcelines(self.case)[1]
        return self.path, line - 1, self.name


def pytest_pycollect_makeitem(collector: Any, name: str, obj: object) -> list[pytest.Item] | None:
    """Take each coroutine whose name begins like a test for a case, and play it twice."""
    if not (name.startswith("test_") and inspect.iscoroutinefunction(obj)):
        return None
    return [
        CaseItem.from_parent(collector, name=f"{name}[{arm}]", case=obj, arm=arm) for arm in ARMS
    ]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real: needs a real server")
    config.stash[_played] = dict.fromkeys(ARMS, 0)


def _outcomes(session: pytest.Session) -> dict[str, BaseException | None]:
    """How every chosen case ended on the real server; they are all played at the first."""
    stash = session.config.stash
    if _concert not in stash:
        factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        stash[_concert] = concert = Concert(factory.mktemp("nats"))
        chosen = [it for it in session.items if isinstance(it, CaseItem)]
        concert.play({it.case_name: it.case for it in chosen if it.arm == "nats-server"})
    return stash[_concert].outcomes


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Say how much was compared."""
    config = terminalreporter.config
    played = config.stash[_played]
    if any(played.values()):
        words = ", ".join(f"{count} on {arm}" for arm, count in played.items())
        terminalreporter.write_line(f"JetStream cases: {words}")
    if _concert in config.stash and config.stash[_concert].lateness_s:
        late = config.stash[_concert].lateness_s
        terminalreporter.write_line(
            f"JetStream delays: {len(late)}, the latest by {1000 * max(late):.0f} ms"
        )
    if _concert in config.stash and config.stash[_concert].again:
        count = len(config.stash[_concert].again)
        terminalreporter.write_line(f"JetStream cases played again on a late machine: {count}")
    passed = terminalreporter.stats.get("passed", [])
    counts = [count for it in passed for name, count in it.user_properties if name == OPERATIONS]
    if counts:
        terminalreporter.write_line(f"JetStream random operations: {sum(counts)} on both")
    return (yield)

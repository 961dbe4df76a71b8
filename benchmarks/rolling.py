"""A rolling restart of everything while people buy, and then the loss of a NATS leader.

python -m benchmarks.rolling [--buyers 20] [--pause-s 3] [--json FILE]

The shop is as a cluster runs it: two processes of each service and three of NATS on this machine,
behind a gateway that sends requests to who is ready.  Every service is told to end, one after
another, and then every member of NATS, as their pods would be; then the leader of the stream is
killed.  In the end all invariants are judged.
"""

import argparse
import asyncio
import itertools
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, NoReturn

from benchmarks.crowd import Crowd, answers, longest_gap_s
from boxoffice.real.errors import CannotOpen
from boxoffice.trace.verdict import Judgement, Verdict
from scenarios.shop.targets.local import judged
from scenarios.shop.targets.replicated import Fleet, Replicated, replicated
from services.common.messaging import STREAM

STEADY_S: Final = 5.0  # of business as usual, to compare with
ENOUGH_S: Final = 60.0  # whoever cannot buy for so long will not be able to any more
LOOK_S: Final = 0.05
WINDOW_S: Final = 60  # for which an order may wait; the end of the run waits for the last of them
MISUSE: Final = 2
HEAD: Final = "                     seconds  requests  failed  purchases  gap s"

Tell = Callable[[str], object]
Took = dict[str, float]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(MISUSE, f"{message}; --help says more\n")


@dataclass
class Phase:
    """One part of the run; `took_s` is how long each restart took."""

    name: str
    began_s: float
    ended_s: float
    sent: range
    took_s: dict[str, float]


@dataclass
class Figures:
    """What came of one part of the run."""

    name: str
    lasted_s: float
    requests: int
    failures: Sequence[str]
    purchases: int
    longest_gap_s: float
    took_s: dict[str, float]


@dataclass
class Report:
    """The whole run.

    `resumed_s` is how long after the leader's end the first purchase was complete that was begun
    after it.  `gateway` is what the gateway had to say.
    """

    phases: Sequence[Figures]
    leader: str
    resumed_s: float
    surprises: Sequence[str]
    gateway: str
    judgements: Sequence[Judgement]

    @property
    def is_good(self) -> bool:
        """Whether nobody was sent away, and nothing is broken."""
        return not (self.broken or self.surprises or any(it.failures for it in self.phases))

    @property
    def broken(self) -> list[str]:
        """Return what is wrong with the invariants, in words."""
        return [
            f"{it.invariant} {it.verdict}: {it.violations[0].message if it.violations else ''}"
            for it in self.judgements
            if it.verdict in (Verdict.VIOLATED, Verdict.UNDECIDED)
        ]


class Rolling:
    """A run in a shop that is open; `tell` hears how it goes on."""

    def __init__(self, shop: Replicated, crowd: Crowd, tell: Tell) -> None:
        self._it = shop
        self._crowd = crowd
        self._tell = tell
        self._now = asyncio.get_running_loop().time
        self._phases: list[Phase] = []
        self._leader = ""
        self._resumed_s = 0.0

    async def run(self) -> Report:
        """Restart everything, kill a leader, and judge.  Raises: CannotOpen, TimeoutError."""
        async with self._crowd.buying():
            await self._phase("as usual", self._as_usual)
            await self._phase("services restart", self._services_restart)
            await self._phase("NATS restarts", self._members_restart)
            await self._phase("a leader is killed", self._leader_is_killed)
        self._tell("judging")
        judgements, _ = await judged(self._it.stage)
        figures = [self._figures(it) for it in self._phases]
        surprises, log = self._crowd.surprises, self._it.gateway.log()
        return Report(figures, self._leader, self._resumed_s, surprises, log, judgements)

    async def _phase(self, name: str, play: Callable[[Took], Awaitable[None]]) -> None:
        events, began_s, took_s = self._it.stage.browsers.trace.events, self._now(), Took()
        first = len(events)
        self._tell(name)
        await play(took_s)
        sent = range(first, len(events))
        self._phases.append(Phase(name, began_s, self._now(), sent, took_s))

    async def _as_usual(self, _: Took) -> None:
        await asyncio.sleep(STEADY_S)
        await self._crowd_buys_on()

    async def _services_restart(self, took_s: Took) -> None:
        for service, names in self._it.shop.instances.items():
            for name in names:
                async with self._timed(name, took_s):
                    await self._it.shop.stop(name)
                    await self._it.shop.start(name)
                    await self._is_served(service, len(names))

    async def _members_restart(self, took_s: Took) -> None:
        for name in self._it.nats.processes:
            async with self._timed(name, took_s):
                await self._it.nats.retire(name)
                await self._it.nats.start(name)
        await self._crowd_buys_on()

    async def _leader_is_killed(self, took_s: Took) -> None:
        self._leader = await leader(self._it)
        killed_s = self._now()
        self._it.nats.processes[self._leader].kill()
        async with asyncio.timeout(ENOUGH_S):
            bought = await self._crowd.bought_since(killed_s)
        self._resumed_s = bought.ended_s - killed_s
        self._tell(f"  {self._leader} killed; orders go on after {self._resumed_s:.1f} s")
        async with self._timed(self._leader, took_s):
            await self._it.nats.start(self._leader)
        await self._crowd_buys_on()

    async def _is_served(self, service: str, replicas: int) -> None:
        await self._it.shop.ready()
        async with asyncio.timeout(ENOUGH_S):
            for pause_s in itertools.repeat(LOOK_S):
                if len((await self._it.serving())[service]) == replicas:
                    return
                await asyncio.sleep(pause_s)

    async def _crowd_buys_on(self) -> None:
        async with asyncio.timeout(ENOUGH_S):
            await self._crowd.bought_since(self._now())

    @asynccontextmanager
    async def _timed(self, name: str, took_s: Took) -> AsyncIterator[None]:
        began_s = self._now()
        yield
        took_s[name] = self._now() - began_s
        self._tell(f"  {name} is back after {took_s[name]:.1f} s")

    def _figures(self, phase: Phase) -> Figures:
        span, bought = (phase.began_s, phase.ended_s), self._crowd.bought
        found = answers(self._it.stage.browsers.trace.events, phase.sent)
        return Figures(
            phase.name,
            phase.ended_s - phase.began_s,
            found.requests,
            found.failures,
            sum(span[0] <= it.ended_s <= span[1] for it in bought),
            longest_gap_s(bought, *span),
            phase.took_s,
        )


async def leader(shop: Replicated) -> str:
    """Return the member of NATS that leads the stream.  Raises: nats.errors.Error."""
    info = await shop.stage.witness.nats.jetstream().stream_info(STREAM)
    assert info.cluster is not None, "a stream of a cluster says who leads it"
    return str(info.cluster.leader)


async def rolling(buyers: int, pause_s: float, tell: Tell) -> Report:
    """Open a shop, and run.  Raises: CannotOpen, TimeoutError, Surprise."""
    async with replicated(Fleet(window_s=WINDOW_S)) as shop:
        return await Rolling(shop, Crowd(shop.stage, buyers, pause_s), tell).run()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; return 1 if a request failed or an invariant does not hold."""
    asked = _parser().parse_args(arguments)
    try:
        report = asyncio.run(rolling(asked.buyers, asked.pause_s, _say))
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return MISUSE
    _show(report)
    if asked.json is not None:
        asked.json.write_text(json.dumps(_plain(report), indent=1) + "\n", encoding="utf-8")
    return int(not report.is_good)


def _say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def _show(report: Report) -> None:
    print(HEAD)
    for it in report.phases:
        print(
            f"{it.name:<20}{it.lasted_s:8.1f}{it.requests:10}{len(it.failures):8}"
            f"{it.purchases:11}{it.longest_gap_s:9.1f}"
        )
    print(f"{report.leader} led and was killed; orders went on after {report.resumed_s:.1f} s")
    for failure, count in Counter(it for one in report.phases for it in one.failures).items():
        print(f"failed {count} ×: {failure}")
    for surprise in report.surprises:
        print(f"surprise: {surprise}")
    print(report.gateway, end="")
    held = sum(it.verdict is Verdict.HOLDS for it in report.judgements)
    print(f"invariants: {held} of {len(report.judgements)} hold; {_others(report) or 'all'}")


def _others(report: Report) -> str:
    return ", ".join(
        f"{it.invariant} {it.verdict}" for it in report.judgements if it.verdict != Verdict.HOLDS
    )


def _plain(report: Report) -> dict[str, object]:
    return {
        "phases": [asdict(it) for it in report.phases],
        "leader": report.leader,
        "resumed_s": report.resumed_s,
        "surprises": list(report.surprises),
        "invariants": {it.invariant: it.verdict for it in report.judgements},
    }


def _several(word: str) -> int:
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number above 0")
    return int(word)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m benchmarks.rolling",
        description="Restart everything under buyers, kill a NATS leader, and judge.",
    )
    parser.add_argument("--buyers", type=int, default=20, metavar="N", help="%(default)s")
    parser.add_argument(
        "--pause-s",
        type=float,
        default=1.0,
        metavar="S",
        help="between two purchases (%(default)s)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())

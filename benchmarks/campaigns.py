"""What a campaign gains from processes and from branching, and how far many machines carry it.

python -m benchmarks.campaigns [--runs 120] [--futures 8]

Two processes are compared with one on the wall, and beside it what the machine gives two processes
that share nothing; so it wants a machine that does nothing else.  Futures are compared in time of
the processor with playing each anew.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from multiprocessing import get_context
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from statistics import median
from time import perf_counter
from typing import Final

from boxoffice.misuse import Misuse
from boxoffice.search import Campaign, Case, Plan, explore
from boxoffice.search.branching import futures
from boxoffice.search.likelihood import JUST_AFTER_S
from boxoffice.trace.trace import TraceEvent
from boxoffice.world.tape import Tape
from scenarios.catalogue import scenarios_by_name, storms, twin_named

ROUNDS: Final = 3
SPINS: Final = 6_000_000
CORES: Final = 1_000
HOUR_S: Final = 3_600
SURE: Final = 0.95
FALLEN: Final = (("rush", "no-refund"), ("long-haul", "no-refund"), ("market-day", "no-refund"))
SOUND: Final = ("rush", "market-day")
SEEDS: Final = 200  # in which the twin has to fall once
SHARES: Final = (0.5, 0.9, 1.0)  # of what happened before it fell
LATE: Final = (0.5, 0.9, 0.99)  # of all that happened


@dataclass(frozen=True)
class Branch:
    """What a future costs from a moment on, and played anew, in seconds of the processor."""

    share: float
    branched_s: float
    anew_s: float


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=120, metavar="N", help="of each round")
    parser.add_argument("--futures", type=int, default=8, metavar="N", help="of each moment")
    asked = parser.parse_args()
    print(f"two processes beside one, {asked.runs} storms, median of {ROUNDS}:")
    rounds = [two_beside_one(asked.runs) for _ in range(ROUNDS)]
    campaign = rounds[0][2]
    print(f"  campaign {median(it[0] for it in rounds):.2f} ×")
    print(f"  two that only count {median(it[1] for it in rounds):.2f} ×")
    print("futures of one run, each as a copy and each played anew:")
    for name, bug in FALLEN:
        case, before = _fallen(name, bug)
        for it in branches(case, before, SHARES, asked.futures):
            print(_line(f"{name}, {bug}", "the events before it fell", it))
    for name in SOUND:
        case = Case(scenarios_by_name()[name], 0)
        for it in branches(case, case.play().trace.events, LATE, asked.futures):
            print(_line(name, "all events", it))
    print(reach(campaign))


def _line(name: str, what: str, it: Branch) -> str:
    return (
        f"  {name:<22} after {it.share:>4.0%} of {what}: {it.branched_s * 1e3:6.0f} ms,"
        f" {it.anew_s * 1e3:6.0f} ms, {it.anew_s / it.branched_s:5.1f} ×"
    )


def two_beside_one(runs: int) -> tuple[float, float, Campaign]:
    """Return by how much two processes are faster: of a campaign, and of two that only count."""
    one_s, campaign = _campaign_s(runs, 1)
    two_s, _ = _campaign_s(runs, 2)
    return one_s / two_s, 2 * _spinning_s(1) / _spinning_s(2), campaign


def _campaign_s(runs: int, jobs: int) -> tuple[float, Campaign]:
    plan = Plan([Case(it, 0) for it in storms()])
    began = perf_counter()
    campaign = explore(plan, runs=runs, jobs=jobs, keep_going=True)
    return perf_counter() - began, campaign


def _spinning_s(jobs: int) -> float:
    spinning = [get_context("fork").Process(target=_spin) for _ in range(jobs)]
    began = perf_counter()
    for process in spinning:
        process.start()
    for process in spinning:
        process.join()
    return perf_counter() - began


def _spin() -> None:
    for _ in range(SPINS):
        pass


def branches(
    case: Case, events: Sequence[TraceEvent], shares: Sequence[float], count: int
) -> Iterator[Branch]:
    """Yield what a future of a run costs, each from after such a share of these events on."""
    for share in shares:
        event = events[int((len(events) - 1) * share)]
        at_s = event.at_us / 1e6 + JUST_AFTER_S
        # What one costs more than none is left out: the run itself, up to there and to its end.
        branched_s = (_futures_s(case, at_s, count + 1) - _futures_s(case, at_s, 1)) / count
        began_s = _processor_s()
        for salt in range(1, count + 1):
            case.with_tape(Tape(forks=((at_s, salt),))).play()
        yield Branch(share, branched_s, (_processor_s() - began_s) / count)


def _futures_s(case: Case, at_s: float, count: int) -> float:
    began_s = _processor_s()
    futures(case, {at_s: range(1, count + 1)})
    return _processor_s() - began_s


def _fallen(name: str, bug: str) -> tuple[Case, Sequence[TraceEvent]]:
    for seed in range(SEEDS):
        case = Case(scenarios_by_name()[name], seed, twin_named(bug))
        outcome = case.play()
        if proofs := [max(it.events) for it in outcome.violations if it.events]:
            return case, outcome.trace.events[: min(proofs)]
    raise Misuse(f"{bug} falls in no {name} of {SEEDS}")


def _processor_s() -> float:
    used: Sequence[float] = [
        spent for whose in (RUSAGE_SELF, RUSAGE_CHILDREN) for spent in getrusage(whose)[:2]
    ]
    return sum(used)


def reach(campaign: Campaign) -> str:
    """Return what so many processors would see in an hour, at the rate of this campaign."""
    rate = campaign.runs / campaign.processor_s
    lines = ["| processors, an hour | runs | rarest mistake that is found, 19 times in 20 |"]
    lines.append("|---|---|---|")
    for cores in (1, 2, CORES):
        runs = rate * cores * HOUR_S
        lines.append(f"| {cores:,} | {runs:,.0f} | once in {-runs / log(1 - SURE):,.0f} runs |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

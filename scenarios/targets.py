"""Where a scenario is run: `--target sim`, `local`, or the URL of a shop."""

import sys
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from boxoffice import Outcome, Scenario, Twin
from boxoffice.faults import Fault
from boxoffice.real import CannotOpen
from boxoffice.search import Case
from boxoffice.trace import Keeping
from scenarios.shop import local
from scenarios.shop.real.launch import SERVE
from scenarios.shop.stage import CannotBeTold
from scenarios.shop.targets.local import Machine, run_locally
from scenarios.shop.targets.remote import run_at
from scenarios.unknown import Unknown

TWINNED: Final = (sys.executable, "-m", "scenarios.zoo")  # and the twin's name


def player(
    target: str,
    scenario: Scenario,
    seed: int | None = None,
    twin: Twin | None = None,
    faults: Sequence[Fault] = (),
    size: int | None = None,
    trace: Keeping = True,
) -> Callable[[], Outcome]:
    """Return what runs the scenario there.  It and this raise: Unknown, for a user's mistake."""
    if target == "sim":
        case = Case(scenario, scenario.seed if seed is None else seed, twin, faults, size)
        return lambda: case.play(trace)  # which ends a loop that never awaits
    if trace is not True:
        raise Unknown("--stream and --no-trace are for sim: only there events are many")
    if target == "local":
        bug = twin.name if twin else None
        return _told(
            lambda: run_locally(scenario, _machine(twin), seed, faults, size, bug), scenario, target
        )
    if not _is_url(target):
        raise Unknown(f"there is no target {target!r}; there are sim, local, and http(s)://…")
    if twin or faults:
        raise Unknown("nothing can be broken at a URL: --bug and --fault are for sim and local")
    return _told(lambda: run_at(target, scenario, seed, size), scenario, target)


def left_out(target: str, scenario: Scenario) -> str:
    """Return a line on the faults without which a scenario is told there, or ""."""
    names = ", ".join(dict.fromkeys(fault.name for fault in scenario.faults))
    return f"told without {names}: nobody can cause them there" if names and _is_url(target) else ""


def _machine(twin: Twin | None) -> Machine:
    command = (*TWINNED, twin.name) if twin else SERVE
    return Machine(local.named_servers(), command)


def _told(play: Callable[[], Outcome], scenario: Scenario, target: str) -> Callable[[], Outcome]:
    def attempt() -> Outcome:
        try:
            return play()
        except CannotBeTold as reason:
            raise Unknown(f"{scenario.name} cannot be told at {target}: {reason}") from None
        except CannotOpen as reason:
            raise Unknown(str(reason)) from None

    return attempt


def _is_url(target: str) -> bool:
    try:
        parts = urlsplit(target)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False

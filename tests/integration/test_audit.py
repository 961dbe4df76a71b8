"""`boxoffice audit` on a shop of real processes, sound and broken."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest import mark

from boxoffice.faults import delays
from boxoffice.world import play_story
from scenarios.catalogue import scenario_named
from scenarios.shop.real.launch import SERVE
from scenarios.shop.targets.local import Machine, opened
from scenarios.targets import TWINNED
from tests.real.tiers import sampled, unhurried

pytestmark = mark.real

WINDOW_S = 15
# Those whose mistake no race decides, but on a machine that takes seconds for an order: Ben has to
# have his before the cancellation of Ana's arrives.
LATE_S = 9.0  # in the place of three, and well within the window
TWINS = {
    "no-holder-check": ("late-cancel", "holder-releases"),
    "no-version-check": ("duplicate-delivery", "replicas-converge"),
    "no-fencing": ("two-orders-cross", "holder-releases"),
    "confirmation-undoes-payment": ("duplicate-delivery", "terminal-is-final"),
    "gap-taken-for-duplicate": ("out-of-order", "reservation-agrees"),
}


@dataclass(frozen=True)
class Told:
    status: int
    out: str
    err: str


def audited(story: str, *more: str, twin: str | None = None) -> Told:
    """Tell a story to real processes, and audit them while they are up."""
    scenario = scenario_named(story)
    late = delays(LATE_S, of="order.cancelled", at="tickets", nth=[1])
    faults = [late] if story == "late-cancel" else scenario.faults
    machine = Machine({}, (*TWINNED, twin) if twin else SERVE, window_s=WINDOW_S)

    async def play() -> subprocess.CompletedProcess[str]:
        async with opened(machine, 0, faults) as stage:
            await play_story(scenario, stage, None)
            shop = stage.shop
            places = {
                "--nats": shop.nats_url,
                "--mongo": shop.mongo_url,
                "--redis": shop.redis_url,
                "--stripe": shop.stripe_url,
                "--stripe-key": "sk_test_audit",
            }
            words = [word for place in places.items() for word in place]
            return await asyncio.to_thread(
                subprocess.run,
                [sys.executable, "-m", "scenarios", "audit", *words, "--again", "2", *more],
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )

    done = asyncio.run(play())
    return Told(done.returncode, done.stdout, done.stderr)


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


@unhurried
def test_a_sound_shop_holds(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    told = audited("late-cancel", "--json", str(tmp_path / "it.json"), "--keep", str(kept))
    assert (told.status, told.err) == (0, "")
    assert kept.stat().st_size
    assert "✓ holder-releases" in told.out
    assert told.out.splitlines()[-1].startswith("holds: 1 ticket, 2 orders, ")
    said = read(tmp_path / "it.json")
    assert said["verdict"] == "holds"
    verdicts = {it["name"]: it["verdict"] for it in said["invariants"]}
    assert verdicts["no-double-sale"] == "holds"
    assert verdicts["accepted-is-durable"] == "unknown"


@unhurried
@mark.parametrize("twin", sampled(TWINS, every=len(TWINS), real=3))
def test_a_broken_shop_is_named_by_what_fell(twin: str, tmp_path: Path) -> None:
    story, invariant = TWINS[twin]
    files = "--json", str(tmp_path / "it.json"), "--html", str(tmp_path / "it.html")
    told = audited(story, *files, twin=twin)
    assert (told.status, told.err) == (1, "")
    fell = {it["name"] for it in read(tmp_path / "it.json")["invariants"] if it["violations"]}
    assert invariant in fell
    assert f"✗ {invariant}" in told.out
    assert "What has happened to" in (tmp_path / "it.html").read_text(encoding="utf-8")


@unhurried
def test_books_that_are_named_and_cannot_be_read_are_told() -> None:
    told = audited("purchase", "--stripe", "http://127.0.0.1:9")
    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("boxoffice: Stripe's books cannot be read: ConnectError")
    assert told.err.count("\n") == 1

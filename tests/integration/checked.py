"""A shop in this process, cheap and quick, for `boxoffice check` to look at."""

import asyncio

from pytest import fixture, skip

from boxoffice.real.broker import executable
from boxoffice.real.errors import CannotOpen
from boxoffice.real.pace import PacedLoop
from scenarios.check.examination import examined
from scenarios.check.findings import Result
from scenarios.shop import local
from scenarios.shop.local import local_shop

WINDOW_S = 10  # in which Ana has to pay, where Ben lets an order expire
PATIENCE_S = 60.0  # with a step that will be taken, on a machine that is busy with other things
SHORT_S = 3.0  # with a step that never will be
STEPS = [
    "door",
    "sign up",
    "session",
    "sell",
    "edit",
    "reserve",
    "second buyer",
    "privacy",
    "pay",
    "complete",
    "cancel",
    "expire",
    "duplicates",
    "tidy",
]


@fixture(autouse=True)
def needs(monkeypatch):
    try:
        executable()
    except CannotOpen:
        skip("real: no nats-server")
    for name in local.SERVERS:
        monkeypatch.delenv(name, raising=False)
    settings = local._settings
    cheap = {"salt_factory": 4}
    monkeypatch.setattr(
        local, "_settings", lambda url: settings(url).model_copy(update=given | cheap)
    )
    given: dict = {}
    return given


def found(*, stop_after: str = "", patience_s: float = PATIENCE_S, **options) -> dict:
    """Open a shop, check it, and return what was found, by step."""

    async def play() -> dict:
        async with local_shop(0, 1.0, None, verbose=False) as shop:
            nats = shop.places["NATS"] if options.pop("duplicates", False) else None
            all_of_it = {}
            async for finding in examined(shop.url, nats=nats, patience_s=patience_s, **options):
                all_of_it[finding.name] = finding
            return all_of_it

    with asyncio.Runner(loop_factory=lambda: PacedLoop(1.0)) as runner:
        return runner.run(play())


def results(findings: dict, result: Result) -> list[str]:
    return [name for name, finding in findings.items() if finding.result is result]

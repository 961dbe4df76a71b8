"""Takes the steps one after the other, and shows what each has found."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, nullcontext
from typing import Final
from urllib.parse import urlsplit

import httpx

from boxoffice.clock import Randomness, Stopwatch
from boxoffice.terminal import Console, on_terminal
from boxoffice.trace import Trace
from scenarios.check.copies import Copies
from scenarios.check.findings import Finding, NotChecked, Result, taken
from scenarios.check.visit import Visit
from scenarios.nats_connection import connected
from scenarios.output_files import printable
from scenarios.shop.targets.remote import RemoteStage
from scenarios.shop.vocabulary import VOCABULARY
from scenarios.unknown import Unknown

SHOWN: Final = "three people visit the shop"
PATIENCE_S: Final = 30.0  # with one step
LONGEST_WINDOW_S: Final = 120
MARKS: Final = {Result.WORKS: "✓", Result.FAILS: "✗", Result.NOT_CHECKED: "–"}
COLOURS: Final = {Result.WORKS: "green", Result.FAILS: "red", Result.NOT_CHECKED: "yellow"}

Step = tuple[str, Callable[[], Awaitable[str]], float]


async def examined(
    url: str, window_s: int | None = None, nats: str | None = None, patience_s: float = PATIENCE_S
) -> AsyncIterator[Finding]:
    """Yield what each step finds, as soon as it does.

    A step has `patience_s` seconds, and an order that expires `window_s` more.
    Raises: Unknown, if nobody answers at `url` or `nats`.
    """
    trace = Trace(Stopwatch().elapsed_s, VOCABULARY)
    async with AsyncExitStack() as stack:
        copies = None
        if nats is not None:
            copies = await Copies.prepared(await stack.enter_async_context(connected(nats)))
        stage = RemoteStage(_checked(url), trace, Randomness(0))
        stack.push_async_callback(stage.aclose)
        await _knock(url, stage)
        visit = Visit(url, stage)
        try:
            for name, step, within_s in _steps(visit, window_s, copies, patience_s):
                yield await taken(name, step, within_s, trace)
        except GeneratorExit:  # nobody listens any more
            await taken("tidy", visit.tidy, patience_s, trace)
            raise
        except BaseException:  # Ctrl-C, say; what is open would hold a ticket for a while
            yield await taken("tidy", visit.tidy, patience_s, trace)
            raise
        yield await taken("tidy", visit.tidy, patience_s, trace)


def _steps(
    visit: Visit, window_s: int | None, copies: Copies | None, patience_s: float
) -> Sequence[Step]:
    async def expire() -> str:
        if window_s is None:
            raise NotChecked("how long it takes is not said: --window S")
        if window_s > LONGEST_WINDOW_S:
            raise NotChecked(f"{window_s} s are too long to wait; {LONGEST_WINDOW_S} are not")
        return await visit.expire(window_s + patience_s)

    async def duplicates() -> str:
        if copies is None:
            raise NotChecked("where NATS is, is not said: --nats URL")
        return await copies.published(visit)

    steps = {
        "door": visit.door,
        "sign up": visit.sign_up,
        "session": visit.session,
        "sell": visit.sell,
        "edit": visit.edit,
        "reserve": visit.reserve,
        "second buyer": visit.rival,
        "privacy": visit.privacy,
        "pay": visit.pay,
        "complete": visit.complete,
        "cancel": visit.cancel,
        "expire": expire,
        "duplicates": duplicates,
    }
    more_s = {"expire": float(window_s or 0)}
    return [(name, it, patience_s + more_s.get(name, 0.0)) for name, it in steps.items()]


async def shown(url: str, window_s: int | None, nats: str | None) -> list[Finding]:
    """Print what each step finds, as soon as it does; return it all.  Raises: Unknown."""
    console, progress = Console(), Console(stderr=True)
    findings = []
    # On stderr and only on a terminal, so that what is piped is the result alone.
    with progress.status(SHOWN) if on_terminal(progress) else nullcontext():
        async for finding in examined(url, window_s, nats):
            findings.append(finding)
            colour, mark = COLOURS[finding.result], MARKS[finding.result]
            console.print(f"[{colour}]{mark}[/] {finding.name:<13}{finding.ms:>7} ms  ", end="")
            said = printable(finding.said)[:400]
            console.print(said, markup=False, highlight=False, soft_wrap=True)
    return findings


async def _knock(url: str, stage: RemoteStage) -> None:
    try:
        await stage.client("nobody").get("/api/users/currentuser")
    except httpx.TransportError as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise Unknown(f"{url} cannot be reached: {said}") from None


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise Unknown(f"{url!r} is no URL of a shop: https://…")
    return url

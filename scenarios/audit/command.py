"""`boxoffice audit`: what a running shop has done, judged from its stream and its stores.

What it needs is loaded when it is used: who asks for help should not wait for it.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from scenarios.options import JsonFile, NatsUrl
from scenarios.unknown import Unknown

if TYPE_CHECKING:
    from scenarios.audit.judging import Found
    from scenarios.audit.looks import Places
    from scenarios.audit.shelf import Shelf

# Longer than a lease on a timer, and than a message may be worked on: 30 s each.
AGAIN_S: Final = 35.0
SHOWN: Final = 10  # breaches of one invariant
UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
EXIT: Final = {"holds": 0, "violated": 1}
NOTHING: Final = 3
STRIPE: Final = "https://api.stripe.com"
NO_PICTURE: Final = ("nothing is violated", "what is violated belongs to no ticket")
NO_MONGO: Final = (
    "--mongo is missing: where the shop's documents are. A shop of `boxoffice up` has its stores "
    "in its own memory, which nobody else can read, unless MONGO_URL and REDIS_URL name others"
)


def audit(
    nats: NatsUrl,
    mongo: Annotated[
        list[str] | None,
        typer.Option(
            envvar="MONGO_URL",
            metavar="URL",
            help="The shop's MongoDB; once for each, where databases have servers of their own.",
            show_default="needed",
        ),
    ] = None,
    redis: Annotated[
        str | None,
        typer.Option(envvar="REDIS_URL", metavar="URL", help="The shop's Redis, for its timers."),
    ] = None,
    stripe: Annotated[
        str | None,
        typer.Option(
            envvar="STRIPE_API_BASE",
            metavar="URL",
            help="Stripe, if it is not where its keys are good.",
        ),
    ] = None,
    stripe_key: Annotated[
        str,
        typer.Option(
            envvar="STRIPE_KEY",
            metavar="KEY",
            help="One that may read charges and refunds; without it money is unknown.",
        ),
    ] = "",
    since: Annotated[
        str | None,
        typer.Option(help="Only what was touched since: 90m, 24h, 7d, or a moment in ISO 8601."),
    ] = None,
    again_s: Annotated[
        float, typer.Option("--again", min=0.0, help="Seconds between the two looks.")
    ] = AGAIN_S,
    wait_s: Annotated[
        int,
        typer.Option(
            "--wait",
            min=0,
            max=3600,
            metavar="SECONDS",
            help="How long servers may take to come within reach.",
        ),
    ] = 0,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", help="Keep what the stream said in FILE; the next audit reads what is new."
        ),
    ] = None,
    json_file: JsonFile = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Draw what is violated into FILE, as HTML.")
    ] = None,
) -> None:
    """Judge what a running shop has done, from its stream and its stores. It only reads.

    Two looks are taken, and a breach counts that both have found; what is under way is told apart.
    Exit status: 0 all holds, 1 something is violated, 2 misuse, 3 nothing can be said.
    """
    import asyncio
    import sqlite3

    from boxoffice.terminal import Console
    from boxoffice.views import write_report
    from scenarios.audit.looks import Places
    from scenarios.audit.shelf import Shelf
    from scenarios.output_files import check_files, write, write_json

    if not mongo:
        raise Unknown(NO_MONGO)
    check_files({"--keep": keep, "--json": json_file, "--html": html})
    moment = None if since is None else _moment(since)
    if stripe is None and stripe_key:
        stripe = STRIPE
    places = Places(nats, mongo, redis, stripe, stripe_key, wait_s)
    try:
        with Shelf(keep) as shelf:
            it = asyncio.run(_audited(places, shelf, moment, again_s))
    except sqlite3.Error as error:  # its disk is full, say
        of = f"--keep {keep}" if keep else "a file for what is read"
        raise Unknown(f"{of} cannot be used any more: {error}") from None
    console = Console()
    for line in _lines(it):
        console.print(line, soft_wrap=True, highlight=False, markup=False, emoji=False)
    if json_file is not None:
        write_json(json_file, as_json(it, moment))
    if html is not None and it.guilty:
        write(html, lambda path: write_report([*it.guilty.values()], path))
    elif html is not None:
        Console(stderr=True).print(f"nothing to draw: {NO_PICTURE[it.verdict == 'violated']}")
    raise typer.Exit(EXIT.get(it.verdict, NOTHING))


async def _audited(
    places: "Places", shelf: "Shelf", since: datetime | None, again_s: float
) -> "Found":
    import asyncio

    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from boxoffice.terminal import Console, on_terminal
    from scenarios.audit.judging import Audit
    from scenarios.audit.looks import opened

    console = Console(stderr=True)
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    still = not on_terminal(console)
    with Progress(*columns, console=console, transient=True, disable=still) as progress:
        task = progress.add_task("connecting")

        def tell(said: str) -> None:
            progress.update(task, description=said)

        async with opened(places, shelf) as shop:
            since_us = 0 if since is None else round(since.timestamp() * 1_000_000)
            first = await shop.look(lambda it: tell(f"first look: {it}"))
            it = Audit(first, since_us, lambda done, of: tell(f"judged {done} of {of} tickets"))
            if not it.needs_another:
                return it.found()
            tell(f"waiting {again_s:g} s for what is under way")
            await asyncio.sleep(again_s)
            second = await shop.look(lambda it: tell(f"second look: {it}"))
            return it.found(second)


def _moment(said: str) -> datetime:
    """Return a moment that has been.  Raises: Unknown."""
    from services.common.clock import SystemClock

    now = SystemClock().now()
    try:
        if said[-1:] in UNITS:
            moment = now - timedelta(**{UNITS[said[-1]]: float(said[:-1])})
        else:
            moment = datetime.fromisoformat(said)
    except OverflowError:
        raise Unknown(f"--since is bad: {said!r} is before the first year") from None
    except ValueError:
        raise Unknown(
            f"--since is bad: {said!r} is neither 90m, 24h or 7d nor 2030-01-31T12:00"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment >= now:
        raise Unknown(f"--since is bad: {said!r} has not been yet")
    return moment


def _lines(it: "Found") -> list[str]:
    from boxoffice import Verdict
    from scenarios.shop.checks import words

    lines, unknown = [], []
    for one in it.judgements:
        if one.verdict is Verdict.VACUOUS:
            unknown.append(one.invariant)
        elif one.verdict is Verdict.HOLDS:
            lines.append(f"✓ {one.invariant}")
        else:
            sign = "?" if one.verdict is Verdict.UNDECIDED else "✗"
            lines.append(f"{sign} {one.invariant}{': ' if one.untested else ''}{one.untested}")
            lines += [f"    {breach.message}" for breach in one.violations[:SHOWN]]
            if (more := len(one.violations) - SHOWN) > 0:
                lines.append(f"    … and {more} more")
    if unknown:
        lines.append(f"○ unknown from outside: {', '.join(unknown)}")
    if it.guilty:
        lines.append(
            f"moments are minutes since {it.began:%Y-%m-%dT%H:%M:%S}Z, when the stream began"
        )
        lines.append(f"tickets: {', '.join(it.guilty)}")
    counted = ", ".join(
        words.count(number, noun)
        for number, noun in ((it.parts, "ticket"), (it.orders, "order"), (it.messages, "message"))
    )
    later = f"; less is known of {words.count(it.under_way, 'ticket')} under way"
    return [*lines, f"{it.verdict}: {counted}{later if it.under_way else ''}"]


def as_json(it: "Found", since: datetime | None) -> dict[str, Any]:
    """Return what `--json` writes."""
    return {
        "verdict": it.verdict,
        "since": None if since is None else since.isoformat(),
        "tickets": it.parts,
        "underWay": it.under_way,
        "orders": it.orders,
        "messages": it.messages,
        "began": it.began.isoformat(),
        "guilty": [*it.guilty],
        "invariants": [
            {
                "name": one.invariant,
                "verdict": "unknown" if one.verdict == "vacuous" else one.verdict,
                "why": one.untested,
                "violations": [breach.message for breach in one.violations],
            }
            for one in it.judgements
        ],
    }

"""The command `boxoffice check`."""

from pathlib import Path
from typing import Annotated

import typer

from scenarios.output_files import check_files, write_json


def check(
    url: Annotated[str, typer.Argument(metavar="URL", help="Of the shop, as its buyers know it.")],
    window: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="S",
            help="How long an order may be paid for there; up to 120 s, one is left to expire.",
        ),
    ] = None,
    nats: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The shop's NATS, to have every event come twice."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the result to FILE as JSON.")
    ] = None,
) -> None:
    """Buy a ticket in a shop that was just deployed, and say what works."""
    # Loaded when it is used: who asks for help should not wait for all that a visit needs.
    import asyncio

    from scenarios.check.examination import shown
    from scenarios.check.findings import Result

    check_files({"--json": json_file})
    findings = asyncio.run(shown(url, window, nats))
    works = not any(it.result is Result.FAILS for it in findings)
    if json_file is not None:
        checks = [it.as_json() for it in findings]
        write_json(json_file, {"url": url, "works": works, "checks": checks})
    raise typer.Exit(0 if works else 1)

"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

JsonFile = Annotated[Path | None, typer.Option("--json", help="Write the result to FILE as JSON.")]
NatsUrl = Annotated[
    str,
    typer.Option(
        "--nats", envvar="NATS_URL", metavar="URL", help="The shop's NATS; several with commas."
    ),
]

"""`boxoffice play`: the shop in a browser's tab, as `make play` has built it."""

from typing import Annotated

import typer

from scenarios.unknown import Unknown

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(
    epilog="Examples: [bold]boxoffice play[/bold], "
    "[bold]boxoffice play --port 0 --no-browser[/bold]"
)
def play(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the page; 0 takes one that is free.")
    ] = 8080,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
) -> None:
    """Serve the shop that runs in a browser's tab, until Ctrl-C."""
    from scenarios.play.serving import CannotOpen, serve

    try:
        serve(port, typer.launch if browser else None)
    except CannotOpen as reason:
        raise Unknown(str(reason)) from None

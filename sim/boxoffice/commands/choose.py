"""`boxoffice choose`: what happens next, chosen in a browser."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(
    epilog="Examples: [bold]boxoffice choose late-cancel --bug no-holder-check[/bold], "
    "[bold]boxoffice choose test_stories.py::a-story[/bold], [bold]boxoffice choose bx1-…[/bold]"
)
def choose(
    story: Annotated[
        str,
        typer.Argument(
            metavar="STORY|TOKEN", help="By name, as FILE.py::STORY or MODULE:STORY, or a token."
        ),
    ],
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Of all chance.")] = None,
    bug: Annotated[str | None, typer.Option(help="A broken twin to put in place.")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault that strikes beside the story's own; repeatable."),
    ] = None,
    size: Annotated[int | None, typer.Option(min=1, max=10_000, help="Of the crowd.")] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the page; 0 takes one that is free.")
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
) -> None:
    """Let a run stand still in a browser, and choose what happens next, until Ctrl-C.

    Without --fault nothing goes wrong that is not chosen, not even what the story has.
    """
    import sys

    from boxoffice.choosing.protocol import Choosing
    from boxoffice.choosing.served import Served
    from boxoffice.commands.choose_cell import case_to_choose
    from boxoffice.commands.naming import names
    from boxoffice.misuse import Misuse
    from boxoffice.terminal.interrupts import exit_when_told

    known = names()
    case = case_to_choose(story, bug, seed, [known.fault(it) for it in fault or ()], size)
    try:
        served = Served(port)
    except OSError as error:
        said = f"port {port} cannot be had: {error.strerror}"
        raise Misuse(f"{said}; `boxoffice choose … --port 0` takes one that is free") from None
    with served, exit_when_told():
        # A story that has no end is ended after seconds, in which nobody should wonder.
        print(f"playing {case.scenario.name} …", file=sys.stderr, flush=True)
        served.begin(Choosing(known, case))
        print(f"choose what happens next at {served.url} until Ctrl-C", flush=True)
        if browser:
            typer.launch(served.url)
        while True:
            served.answer()

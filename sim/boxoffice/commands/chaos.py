"""`boxoffice chaos`: the faults of a story, done to pods by Chaos Mesh."""

import json
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
NOTHING: Final = 3


@app.command(
    epilog="Example: [bold]boxoffice chaos --fault 'partitions(parcels, lasts_s=20)' "
    "--namespace depot | kubectl apply -f -[/bold]"
)
def chaos(
    scenario: Annotated[
        str | None, typer.Argument(help="A story, or a storm, whose faults are meant as well.")
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="As in 'crashes(parcels)', 'skews(parcels, 20)'; repeatable."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of a storm.")] = 0,
    namespace: Annotated[str, typer.Option(help="Where the pods are.")] = "default",
    label: Annotated[
        str, typer.Option(help="The label that has a host's name.")
    ] = "app.kubernetes.io/name",
    pod: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST=NAME", help="Another name in that label; repeatable."),
    ] = None,
    every: Annotated[
        int, typer.Option(min=2, max=86_400, metavar="SECONDS", help="How often each begins.")
    ] = 60,
) -> None:
    """Print objects of Chaos Mesh that cut off, slow down and kill pods, and set their clocks.

    No cluster can wait for the event or the call that a fault waits for: there it begins again and
    again. What no object can do is told, fault by fault; of messages, `boxoffice tamper` does it.
    Exit status: 0, 2 misuse, 3 nothing can be done.
    """
    from boxoffice.commands.naming import names
    from boxoffice.misuse import Misuse
    from boxoffice.real.chaos_mesh import ChaosMesh, Unrendered

    known = names()
    faults = [known.fault(text) for text in fault or ()]
    if scenario is not None:
        found = known.scenario(scenario)
        faults += [*found.faults, *found.drawn(seed).faults]
    if not faults:
        raise Misuse("no fault: name a story that has some, or give --fault")
    mesh, items = ChaosMesh(namespace, label, every, _pods(pod or ())), []
    for number, each in enumerate(faults, 1):
        try:
            items.append(mesh.schedule(each, f"boxoffice-{number}-{each.name}"))
        except Unrendered as reason:
            by = "; boxoffice tamper does it" if each.alters_deliveries else ""
            print(f"left out: {each}: {reason}{by}", file=sys.stderr)
    if not items:
        raise typer.Exit(NOTHING)
    print(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}, indent=1))


def _pods(given: Sequence[str]) -> dict[str, str]:
    from boxoffice.misuse import Misuse

    pairs = [it.partition("=") for it in given]
    for host, sign, name in pairs:
        if not (host and sign and name):
            raise Misuse(f"--pod is bad: {host}{sign}{name} is no HOST=NAME")
    return {host: name for host, _, name in pairs}

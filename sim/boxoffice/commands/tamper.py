"""`boxoffice tamper`: faults of messages between a real NATS server and whoever connects to it."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from boxoffice.clock import Stopwatch
    from boxoffice.faults import Fault
    from boxoffice.world import Faults

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
NOTHING: Final = 3
ANSWER_S: Final = 5.0


@app.command(
    epilog="Example: [bold]boxoffice tamper --nats nats://127.0.0.1:4222 --fault "
    "'duplicates(of=parcel.*)' --port 4223[/bold]"
)
def tamper(
    nats: Annotated[
        str, typer.Option(envvar="NATS_URL", metavar="URL", help="The server, without TLS.")
    ],
    fault: Annotated[
        list[str],
        typer.Option(help="As in 'delays(3, of=parcel.*, at=CONSUMER, share=0.1)'; repeatable."),
    ],
    stream: Annotated[
        str | None, typer.Option(help="Tamper with what comes from this stream alone.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="To listen at; 0 takes one that is free.")
    ] = 0,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of all chance.")] = 0,
) -> None:
    """Deliver messages of JetStream late, twice and in another order, until Ctrl-C.

    A service that connects to the address that is printed, in place of the server's, gets them so;
    all else passes as it is. It listens on this machine alone.
    Exit status: 0 something was tampered with, 2 misuse, 3 nothing was.
    """
    import asyncio
    from urllib.parse import urlsplit

    from boxoffice.clock import Randomness, Stopwatch
    from boxoffice.commands.naming import names
    from boxoffice.misuse import Misuse
    from boxoffice.trace import Trace, Vocabulary
    from boxoffice.world import Faults

    known = names()
    faults = [known.fault(text) for text in fault]
    _of_messages(faults)
    try:
        parts = urlsplit(nats)
        place = f"{parts.hostname}:{parts.port or 4222}"
    except ValueError:
        raise Misuse("--nats is bad: its port is no number") from None
    if parts.scheme != "nats" or not parts.hostname:
        raise Misuse(
            "--nats is bad: not a URL with nats, and what TLS hides cannot be tampered with"
        )
    watch = Stopwatch()
    trace = Trace(watch.elapsed_s, Vocabulary())
    engine = Faults(faults, Randomness(seed), trace, watch.elapsed_s, _nobody)
    try:
        asyncio.run(_until_interrupted(nats, place, stream, port, engine, watch))
    except KeyboardInterrupt:
        pass
    except OSError as error:
        raise Misuse(f"port {port} cannot be had: {error.strerror}; --port 0 takes one") from None
    for it in faults:
        print(f"{it}: {it.injected}")
    raise typer.Exit(0 if engine.injected else NOTHING)


async def _until_interrupted(
    url: str, place: str, stream: str | None, port: int, faults: "Faults", watch: "Stopwatch"
) -> None:
    import asyncio

    from boxoffice.misuse import Misuse
    from boxoffice.real import tampered

    def planned(consumer: str, subject: str) -> list[float]:
        after_s = faults.delivery_delays(consumer, subject)
        if after_s != [0.0]:
            moment = f"{watch.elapsed_s():9.3f} s"
            print(f"{moment}  {subject} → {consumer}: {said(after_s)}", flush=True)
        return after_s

    try:
        async with asyncio.timeout(ANSWER_S):
            _, writer = await asyncio.open_connection(*place.rsplit(":", 1))
        writer.close()
    except (OSError, TimeoutError) as error:
        why = error.strerror or "it does not answer"
        raise Misuse(f"NATS at {place} cannot be reached: {why}") from None
    async with tampered(url, stream, planned, port=port) as link:
        there = f"{link.url} leads to NATS at {place}: connect a service there. Ctrl-C ends it"
        print(there, flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            for consumer, it in sorted(link.counts.items()):
                seen = f"{it.delivered} delivered, {it.copied} of them copies, {it.late} late"
                print(f"{consumer}: {seen}")
            if stream and not link.counts:
                print(f"{stream}: nothing came from a stream of that name{_but(link.others)}")


def said(after_s: Sequence[float]) -> str:
    """Say when a message and its copies come, in seconds after it was sent.

    >>> said([3.0]), said([0.0, 0.0]), said([0.25, 1.5])
    ('3 s late', 'again at once', '0.25 s late, again after 1.5 s')
    """
    first, *copies = after_s
    late = [f"{first:g} s late"] if first else []
    again = [f"again after {it:g} s" if it else "again at once" for it in copies]
    return ", ".join([*late, *again])


def _but(others: Collection[str]) -> str:
    return f"; what came was from {', '.join(sorted(others))}" if others else ""


def _of_messages(faults: "Sequence[Fault]") -> None:
    """Let pass what happens to messages on their way.  Raises: Misuse."""
    from boxoffice.misuse import Misuse

    others = [str(it) for it in faults if not it.alters_deliveries]
    if others:
        raise Misuse(f"{' and '.join(others)}: no fault of messages, and nothing else is on a link")


def _nobody(host: str, down_s: float) -> None:
    raise AssertionError(f"{host}: no fault of messages kills anybody")

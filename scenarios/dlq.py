"""`boxoffice dlq`: lists, reads, replays and discards what the services have put aside.

What a command needs is loaded when it is used: who asks for help should not wait for it.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from boxoffice.terminal import Console
from scenarios.options import JsonFile, NatsUrl
from scenarios.output_files import printable, write_json
from scenarios.unknown import Unknown

if TYPE_CHECKING:
    from services.common.dead_letters import DeadLetter, DeadLetters

T = TypeVar("T")

app = typer.Typer(
    help="List, read, replay or discard dead letters: messages that a service has put aside.",
    no_args_is_help=True,
)

Sequence = Annotated[int, typer.Argument(min=1, metavar="SEQ", help="Its number, as listed.")]


@app.command("list", epilog="Example: [bold]boxoffice dlq list --nats nats://localhost[/bold]")
def list_all(nats: NatsUrl, json_file: JsonFile = None) -> None:
    """List all dead letters, a line each."""
    letters = _asked(nats, _all)
    if json_file is not None:
        return write_json(json_file, [_as_json(letter) for letter in letters])
    for letter in letters:
        _say(_line(letter))
    _say(_counted(len(letters)))


@app.command(epilog="Example: [bold]boxoffice dlq read 1204[/bold]")
def read(seq: Sequence, nats: NatsUrl) -> None:
    """Show one dead letter as a whole."""
    letter = _asked(nats, lambda letters: letters.find(seq))
    _say(f"{letter.service} has parked this {letter.type} at {_parked_at(letter)}:")
    _say(f"  {letter.reason or 'no reason given'}")
    _say("")
    for name, value in letter.headers.items():
        _say(f"{name}: {value}")
    _say("")
    for line in _pretty(letter).splitlines():
        _say(line)


@app.command(
    epilog="Examples: [bold]boxoffice dlq replay 1204[/bold], "
    "[bold]boxoffice dlq replay --all[/bold]"
)
def replay(
    nats: NatsUrl,
    seq: Annotated[int | None, typer.Argument(min=1, metavar="SEQ", help="Its number.")] = None,
    every: Annotated[bool, typer.Option("--all", help="In the order they were parked.")] = False,
) -> None:
    """Have a dead letter's message taken again, once what it failed for is mended."""
    if (seq is None) is not every:
        raise Unknown("say which to replay: either the number of one, or --all")

    async def publish(letters: "DeadLetters") -> int:
        await letters.prepare()
        replayed = 0
        async for letter in _chosen(letters, seq):
            request = await letters.replay(letter)
            _say(f"{letter.sequence} is replayed as {request}: {_in_words(letter)}")
            replayed += 1
        return replayed

    if not _asked(nats, publish):
        _say(_counted(0))


@app.command(epilog="Example: [bold]boxoffice dlq discard 1204[/bold]")
def discard(
    seqs: Annotated[
        list[int], typer.Argument(min=1, metavar="SEQ …", help="Their numbers, as listed.")
    ],
    nats: NatsUrl,
) -> None:
    """Remove dead letters for good, so that nobody will ever learn what they say."""

    async def remove(letters: "DeadLetters") -> None:
        # Whoever has mistyped one has lost none.
        for letter in [await letters.find(seq) for seq in dict.fromkeys(seqs)]:
            await letters.discard(letter)
            _say(f"{letter.sequence} is discarded: {_in_words(letter)}")

    _asked(nats, remove)


def _asked(url: str, ask: Callable[["DeadLetters"], Awaitable[T]]) -> T:
    import asyncio

    from scenarios.nats_connection import connected
    from services.common.dead_letters import DeadLetters, NoSuchLetter

    async def answer() -> T:
        async with connected(url) as jetstream:
            return await ask(DeadLetters(jetstream))

    try:
        return asyncio.run(answer())
    except NoSuchLetter as reason:
        raise Unknown(str(reason)) from None


async def _chosen(letters: "DeadLetters", seq: int | None) -> "AsyncIterator[DeadLetter]":
    if seq is not None:
        yield await letters.find(seq)
        return
    async for letter in letters.each():
        yield letter


async def _all(letters: "DeadLetters") -> "list[DeadLetter]":
    return [letter async for letter in letters.each()]


def _line(letter: "DeadLetter") -> str:
    return f"{letter.sequence:>8}  {_parked_at(letter)}  {_about(letter)}  {letter.reason}"


def _about(letter: "DeadLetter") -> str:
    version = "–" if letter.version is None else letter.version
    return f"{letter.service:<10}  {letter.type:<22}  {letter.subject or '–':<24}  {version!s:>3}"


def _in_words(letter: "DeadLetter") -> str:
    return " ".join(_about(letter).split())


def _counted(count: int) -> str:
    return {0: "no dead letters", 1: "1 dead letter"}.get(count, f"{count} dead letters")


def _pretty(letter: "DeadLetter") -> str:
    if letter.document:
        return json.dumps(letter.document, indent=2, ensure_ascii=False)
    return letter.payload.decode(errors="backslashreplace")


def _as_json(letter: "DeadLetter") -> dict[str, Any]:
    return {
        "seq": letter.sequence,
        "service": letter.service,
        "type": letter.type,
        "subject": letter.subject,
        "version": letter.version,
        "parkedAt": _parked_at(letter),
        "reason": letter.reason,
    }


def _parked_at(letter: "DeadLetter") -> str:
    from services.common.clock import iso

    return iso(letter.parked_at)


def _say(line: str) -> None:
    # Anybody who can publish decides what is in a message.
    shown = printable(line)
    Console().print(shown, soft_wrap=True, highlight=False, markup=False, emoji=False)

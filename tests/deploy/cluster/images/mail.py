"""In place of mailpit: takes letters on 1025, and answers probes on 8025.  Alone, without packages.

`/api/letters` gives all of them as JSON.
"""

import asyncio
import json
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

SMTP, HTTP = 1025, 8025
ANYWHERE = "0.0.0.0"
ANSWERS = {b"DATA": b"354 go on", b"QUIT": b"221 bye"}
letters: list[str] = []


async def take(reader: StreamReader, writer: StreamWriter) -> None:
    """Speak SMTP with one client."""
    writer.write(b"220 mail\r\n")
    while line := await reader.readline():
        verb = line[:4].upper()
        writer.write(ANSWERS.get(verb, b"250 good") + b"\r\n")
        await writer.drain()
        if verb == b"DATA":
            lines = [each async for each in _until_dot(reader)]
            letters.append(b"".join(lines).decode(errors="replace"))
            writer.write(b"250 kept\r\n")
        if verb == b"QUIT":
            break
    writer.close()


async def tell(reader: StreamReader, writer: StreamWriter) -> None:
    """Answer one request."""
    asked = await reader.readline()
    while (await reader.readline()).strip():
        continue
    body = json.dumps(letters if b"/api/letters" in asked else "ok").encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
    writer.close()


async def _until_dot(reader: StreamReader) -> AsyncIterator[bytes]:
    while (line := await reader.readline()) not in (b".\r\n", b""):
        yield line


async def main() -> None:
    await asyncio.start_server(take, ANYWHERE, SMTP)
    await asyncio.start_server(tell, ANYWHERE, HTTP)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())

"""Serves the page that `make play` has built, on this machine alone."""

import contextlib
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from boxoffice.terminal import is_terminated
from scenarios.page_headers import TYPES, page_headers

PAGE: Final = Path(__file__).resolve().parents[2] / "build" / "play" / "page"
HOST: Final = "127.0.0.1"
# Python is WebAssembly, and one worker plays.
HEADERS: Final = page_headers(
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "connect-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
)
EVERY_TYPE: Final = TYPES | {
    "": "application/octet-stream",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": TYPES[".js"],
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}


class CannotOpen(Exception):
    """The page cannot be served; the message says what to do about it."""


class Page(SimpleHTTPRequestHandler):
    """Static files, of which each is what its name says."""

    extensions_map = EVERY_TYPE

    def end_headers(self) -> None:
        """Say with each file what its page may do."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_head(self) -> Any:
        """Find a file; a path that none can have is none."""
        try:
            return super().send_head()
        except ValueError:
            self.send_error(404)
            return None

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file, to whoever does not leave meanwhile."""
        with contextlib.suppress(ConnectionError):
            super().copyfile(source, outputfile)

    def list_directory(self, path: Any) -> None:
        """List nothing."""
        self.send_error(404)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of what is asked for."""


def server(port: int, page: Path | None = None) -> ThreadingHTTPServer:
    """Return a server of the page.  Raises: CannotOpen."""
    page = page or PAGE
    if not (page / "index.html").is_file():
        raise CannotOpen("the page is not built: `make play` in a clone of the project builds it")
    try:
        return ThreadingHTTPServer((HOST, port), partial(Page, directory=str(page)))
    except OSError as error:
        raise CannotOpen(
            f"cannot listen on port {port}: {error.strerror}; "
            "`boxoffice play --port 0` takes one that is free"
        ) from None


def serve(port: int, opened: Callable[[str], object] | None = None) -> None:
    """Serve the page until Ctrl-C; `opened` is told its address.

    Raises: CannotOpen; KeyboardInterrupt, for SIGTERM, which is a status of its own.
    """
    with server(port) as serving:
        url = f"http://{HOST}:{serving.server_address[1]}/"
        print(f"the shop is at {url} until Ctrl-C", flush=True)
        if opened is not None:
            opened(url)
        try:
            serving.serve_forever()
        except KeyboardInterrupt:
            if is_terminated():
                raise

"""What happens next, on a page that this machine serves to itself.

The page is below a path that nobody can guess, and answers nobody who came by another name or from
another page: what is asked of it plays the code of a story.
"""

import json
import secrets
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any, Final, Self

from boxoffice.choosing.protocol import Choosing
from boxoffice.views.explorer.page import resource

HERE: Final = "127.0.0.1"
LONGEST: Final = 100_000  # bytes of a question
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Boxoffice: what happens next?</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="explorer.css">
</head>
<body>
<main id="chooser"><h1 class="bx-unseen">Boxoffice: what happens next?</h1></main>
<script type="module" src="page.js"></script>
</body>
</html>
"""
_SCRIPT: Final = """import { Chooser } from "./bundle.js";

new Chooser(document.getElementById("chooser"), async (request) => {
  const answer = await fetch("ask", { method: "POST", body: JSON.stringify(request) });
  return answer.ok ? answer.json() : { error: `the answer was ${answer.status}` };
}, { alone: true });
"""
_FILES: Final = {"bundle.js": "text/javascript", "explorer.css": "text/css"}


_Question = tuple[dict[str, Any], "Queue[dict[str, Any]]"]


class Served:
    """A page for one session, at `url` while it is entered.  Raises: OSError, for a taken port."""

    def __init__(self, port: int = 0) -> None:
        key = secrets.token_urlsafe(16)
        self._choosing: Choosing | None = None
        self._questions = Queue[_Question]()
        self._server = ThreadingHTTPServer((HERE, port), partial(_Door, self._questions, key))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url = f"http://{HERE}:{self._server.server_port}/{key}/"

    def begin(self, choosing: Choosing) -> None:
        """Say of which session it is the page."""
        self._choosing = choosing

    def answer(self) -> None:
        """Wait for a question, and answer it.

        A run is played in the thread that calls this: a browser keeps several connections open.
        """
        assert self._choosing is not None, "a page is a session's"
        asked, answers = self._questions.get()
        answers.put(self._choosing.ask(asked))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Door(BaseHTTPRequestHandler):
    def __init__(self, questions: "Queue[_Question]", key: str, *connection: Any) -> None:
        self._questions, self._key = questions, key
        super().__init__(*connection)

    def do_GET(self) -> None:  # as the library calls it
        name = self._asked_for()
        if name == "":
            self._tell("text/html", _PAGE)
        elif name == "page.js":
            self._tell("text/javascript", _SCRIPT)
        elif name in _FILES:
            self._tell(_FILES[name], resource(name))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        origin = self.headers.get("Origin") == f"http://{self._host}"
        if self._asked_for() != "ask" or not origin:
            self.send_error(HTTPStatus.NOT_FOUND)
        elif not length.isdecimal() or len(length) > len(str(LONGEST)) or int(length) > LONGEST:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            self._tell("application/json", json.dumps(self._answer(self.rfile.read(int(length)))))

    def _answer(self, said: bytes) -> dict[str, Any]:
        try:
            asked = json.loads(said)
        except (ValueError, RecursionError):
            asked = None
        if not isinstance(asked, dict):
            return {"error": "a question is an object of JSON"}
        answers = Queue[dict[str, Any]]()
        self._questions.put((asked, answers))
        return answers.get()

    @property
    def _host(self) -> str:
        return f"{HERE}:{self.connection.getsockname()[1]}"

    def _asked_for(self) -> str | None:
        """Return what is asked for below the page's own path; None for whoever does not know it."""
        mine = f"/{self._key}/"
        known = secrets.compare_digest(self.path[: len(mine)].encode(), mine.encode())
        if not known or self.headers.get("Host") != self._host:
            return None
        return self.path[len(mine) :]

    def _tell(self, kind: str, text: str) -> None:
        said = text.encode()
        self.send_response(HTTPStatus.OK)
        headers = {
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Length": str(len(said)),
            "Content-Security-Policy": _POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: each answer is seen on the page."""

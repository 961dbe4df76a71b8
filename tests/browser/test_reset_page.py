"""The page for a new password, served by auth, in a real browser."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.auth.reset_page import HEADERS, PAGE
from tests.browser.chromium import Chromium

pytestmark = pytest.mark.real

PATH = "/api/users/reset-password"
TOKEN = "a-token_that-nobody-guesses"
REFUSED = b'{"errors":[{"message":"The token is unknown, used or expired","field":"token"}]}'


class Auth(ThreadingHTTPServer):
    """Serves the page with its headers, takes one token once, and keeps all it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        self.referers: list[str | None] = []
        self.posted: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{PATH}"


class _Handler(BaseHTTPRequestHandler):
    server: Auth

    def do_GET(self) -> None:
        self._note()
        self._answer(200, "text/html; charset=utf-8", PAGE.encode())

    def do_POST(self) -> None:
        self._note()
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.posted.append(body)
        taken = body["token"] == TOKEN and len(self.server.posted) > 1
        self._answer(200 if taken else 400, "application/json", b"{}" if taken else REFUSED)

    def _note(self) -> None:
        self.server.asked.append((self.command, self.path))
        self.server.referers.append(self.headers.get("referer"))

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        headers = {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def auth() -> Iterator[Auth]:
    with Auth() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


def fill(chromium: Chromium, field: str, text: str) -> None:
    chromium.ask(f"document.querySelector('[name={field}]').focus()")
    chromium.write(text)


def said(chromium: Chromium) -> str:
    return str(chromium.ask("document.querySelector('[role=status]').textContent"))


def send(chromium: Chromium, says: str) -> None:
    chromium.ask("document.querySelector('button').click()")
    holds = f"document.querySelector('[role=status]').textContent.includes({json.dumps(says)})"
    chromium.until(holds)


def visible(chromium: Chromium, field: str) -> bool:
    return bool(chromium.ask(f"document.querySelector('[name={field}]').checkVisibility()"))


def test_the_link_in_a_letter_sets_a_password(chromium: Chromium, auth: Auth) -> None:
    chromium.turn_over()
    chromium.visit(f"{auth.url}#token={TOKEN}")
    chromium.until("document.readyState === 'complete'")
    assert chromium.ask("location.href") == auth.url  # the token is out of the history
    assert not visible(chromium, "token")
    fill(chromium, "password", "a new password")
    send(chromium, "unknown")
    assert visible(chromium, "token")  # so that another may be pasted
    send(chromium, "Your new password is set")
    assert not visible(chromium, "password")
    assert auth.posted == [{"token": TOKEN, "password": "a new password"}] * 2
    assert {path for _, path in auth.asked} <= {PATH, "/favicon.ico"}
    assert set(auth.referers) == {None}
    assert [it for it in chromium.complaints if "400" not in it] == []


@pytest.mark.parametrize("before", ["  ", "https://ticketing.dev/reset-password#token="])
def test_a_token_can_be_pasted(chromium: Chromium, auth: Auth, before: str) -> None:
    chromium.turn_over()
    chromium.visit(auth.url)
    chromium.until("document.readyState === 'complete'")
    assert visible(chromium, "token")
    fill(chromium, "token", f"{before}{TOKEN} ")
    fill(chromium, "password", "a new password")
    send(chromium, "unknown")
    send(chromium, "Your new password is set")
    assert auth.posted[-1]["token"] == TOKEN


def test_the_policy_lets_no_other_script_in(chromium: Chromium, auth: Auth) -> None:
    chromium.turn_over()
    chromium.visit(f"{auth.url}#token=<img src=x onerror=document.title='no'>")
    chromium.until("document.readyState === 'complete'")
    other = "const it = document.createElement('script'); it.textContent = 'document.title = 1';"
    chromium.ask(f"{other} document.head.append(it)")
    chromium.until("true")
    assert chromium.ask("document.title") == "A new password"
    assert any("Content Security Policy" in it for it in chromium.complaints)

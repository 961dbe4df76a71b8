"""`boxoffice play` serves what `make play` has built, to this machine alone."""

import signal
import threading
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path
from socket import create_connection

from pytest import CaptureFixture, MonkeyPatch, fixture, mark, raises
from typer.testing import CliRunner

from scenarios import cli
from scenarios.play import serving
from scenarios.play.command import app
from scenarios.play.serving import CannotOpen, server
from tests.engine.commands import runner


@fixture
def page(tmp_path: Path) -> Path:
    for name in ("index.html", "main.js", "pyodide.asm.wasm", "packages.tar.gz"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "pyodide").mkdir()
    return tmp_path


@fixture
def asked(page: Path) -> Iterator[HTTPConnection]:
    with server(0, page) as serving_it:
        thread = threading.Thread(target=serving_it.serve_forever, args=(0.01,))
        thread.start()
        connection = HTTPConnection("127.0.0.1", serving_it.server_address[1])
        yield connection
        connection.close()
        serving_it.shutdown()
        thread.join()


@mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/main.js", "text/javascript; charset=utf-8"),
        ("/pyodide.asm.wasm", "application/wasm"),
        ("/packages.tar.gz", "application/gzip"),
    ],
)
def test_each_file_is_served_as_what_it_is(asked: HTTPConnection, path: str, kind: str) -> None:
    asked.request("GET", path)
    answer = asked.getresponse()
    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert answer.read().decode() == (path[1:] or "index.html")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_may_load_nothing_from_elsewhere(asked: HTTPConnection) -> None:
    asked.request("GET", "/")
    answer = asked.getresponse()
    answer.read()
    policy = dict(
        it.strip().partition(" ")[::2]
        for it in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    sources = " ".join(policy.values()).split()
    assert {it for it in sources if not it.startswith("'")} <= {"data:"}
    assert policy["script-src"] == "'self' 'wasm-unsafe-eval'"


def test_who_leaves_while_a_file_is_sent_leaves_no_traceback(
    page: Path, capfd: CaptureFixture[str]
) -> None:
    (page / "large.zip").write_bytes(bytes(50_000_000))
    with server(0, page) as serving_it:
        thread = threading.Thread(target=serving_it.serve_forever, args=(0.01,))
        thread.start()
        with create_connection(("127.0.0.1", serving_it.server_address[1])) as leaving:
            leaving.sendall(b"GET /large.zip HTTP/1.0\r\n\r\n")
            assert leaving.recv(100)
        serving_it.shutdown()
        thread.join()
    assert capfd.readouterr().err == ""


@mark.parametrize(
    "path", ["/pyodide/", "/../secret", "/%2e%2e/secret", "/none.js", "/%00", "/" + 5_000 * "x"]
)
def test_what_is_no_file_of_the_page_is_not_there(
    asked: HTTPConnection, page: Path, path: str
) -> None:
    (page.parent / "secret").write_text("secret", encoding="utf-8")
    asked.request("GET", path)
    answer = asked.getresponse()
    assert answer.status == 404
    assert b"secret" not in answer.read()


def test_without_a_page_it_says_how_to_build_one(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "PAGE", tmp_path)
    with raises(CannotOpen, match="`make play` in a clone of the project builds it"):
        server(0)


def test_a_port_that_is_taken_is_told_in_a_line(page: Path) -> None:
    with server(0, page) as first, raises(CannotOpen, match="cannot listen on port"):
        server(first.server_address[1], page)


@mark.parametrize(("sent", "status"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_sigterm_is_a_status_of_its_own_as_of_any_command(
    page: Path, monkeypatch: MonkeyPatch, capsys: CaptureFixture[str], sent: int, status: int
) -> None:
    monkeypatch.setattr(serving, "PAGE", page)
    told = partial(signal.raise_signal, sent)
    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", lambda self: told())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ended, said, _ = runner(cli.main, monkeypatch, capsys)("play", "--port", "0", "--no-browser")
    assert ended == status
    assert said.startswith("the shop is at http://127.0.0.1:")


def test_the_command_has_examples() -> None:
    said = CliRunner().invoke(app, ["--help"]).output
    assert "boxoffice play --port 0" in said

"""The page that a machine serves to itself: to nobody who does not know where it is."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlsplit

from pytest import fixture, mark

from boxoffice.choosing import Choosing
from boxoffice.choosing.served import Served
from tests.engine.choosing.tills import NAMES, QUIET


@fixture(scope="module")
def served():
    with Served(Choosing(NAMES, QUIET)) as page:
        yield page


@contextmanager
def answering(page) -> Iterator[None]:
    thread = Thread(target=page.answer)
    thread.start()
    yield
    thread.join()


def asked(page, method, path, body=None, **headers):
    there = urlsplit(page.url)
    connection = HTTPConnection(there.hostname, there.port, timeout=20)
    host = f"{there.hostname}:{there.port}"
    said = {"Host": host, **({"Origin": f"http://{host}"} if method == "POST" else {}), **headers}
    connection.request(method, path, body=body, headers=said)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer, text


def below(page, name):
    return urlsplit(page.url).path + name


def test_a_page_asks_for_its_session_and_is_answered(served):
    page, text = asked(served, "GET", below(served, ""))
    assert (page.status, page.getheader("Cache-Control")) == (200, "no-store")
    assert "default-src 'none'" in page.getheader("Content-Security-Policy")
    assert 'src="page.js"' in text
    with answering(served):
        _, said = asked(served, "POST", below(served, "ask"), json.dumps({"do": "look"}))
    assert json.loads(said)["story"] == "a-day"
    for name in ("page.js", "bundle.js", "explorer.css"):
        assert asked(served, "GET", below(served, name))[0].status == 200


@mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/", {}),
        ("GET", "/x/bundle.js", {}),
        ("POST", "/x/ask", {}),
        ("GET", None, {"Host": "elsewhere.test"}),
        ("POST", None, {"Host": "elsewhere.test"}),
        ("POST", None, {"Origin": "http://elsewhere.test"}),
        ("POST", None, {"Origin": "null"}),
    ],
)
def test_who_came_another_way_is_told_nothing(served, method, path, headers):
    path = path or below(served, "ask" if method == "POST" else "")
    answer, text = asked(served, method, path, "{}" if method == "POST" else None, **headers)
    assert answer.status == 404
    assert "Boxoffice" not in text


def test_what_is_no_question_is_told_in_a_line(served):
    for said in ("", "[]", "{", '"x"'):
        _, text = asked(served, "POST", below(served, "ask"), said)
        assert json.loads(text) == {"error": "a question is an object of JSON"}
    assert asked(served, "POST", below(served, "ask"), "x" * 100_001)[0].status == 413
    for length in ("1" * 5_000, "-1", "ten", ""):
        headers = {"Content-Length": length}
        assert asked(served, "POST", below(served, "ask"), **headers)[0].status == 413


def test_each_page_is_somewhere_else(served):
    with Served(Choosing(NAMES, QUIET)) as other:
        assert other.url.split("/")[3] != served.url.split("/")[3]

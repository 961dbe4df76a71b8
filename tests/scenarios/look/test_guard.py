"""Who may look: nobody by another name, from another page, or without the token."""

from pytest import fixture, mark
from starlette.datastructures import Headers

from scenarios.look.guard import Guard

HOST = "127.0.0.1:8000"


@fixture
def guard() -> Guard:
    return Guard(8000)


def asked(guard: Guard, method: str = "GET", **more: str) -> int | None:
    given = {"host": HOST, "authorization": f"Bearer {guard.token}"}
    said = {name.replace("_", "-"): value for name, value in more.items()}
    refusal = guard.refusal(method, Headers({**given, **said}))
    return None if refusal is None else refusal[0]


def test_the_page_may(guard: Guard) -> None:
    assert asked(guard) is None
    assert asked(guard, sec_fetch_site="same-origin") is None
    assert asked(guard, "POST", origin=f"http://{HOST}") is None
    assert asked(guard, "POST", host="localhost:8000", origin="http://localhost:8000") is None


@mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "Basic é", "bearer"])
def test_another_token_may_not(guard: Guard, token: str) -> None:
    assert asked(guard, authorization=token) == 401
    assert asked(guard, authorization=guard.token) == 401
    assert guard.token != Guard(8000).token


@mark.parametrize("host", ["", "evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:81"])
def test_a_name_that_was_made_to_lead_here_may_not(guard: Guard, host: str) -> None:
    assert asked(guard, host=host) == 403
    assert asked(guard, "POST", host=host, origin=f"http://{host}") == 403


@mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8000", "http://localhost:8000"]
)
def test_another_page_may_not(guard: Guard, origin: str) -> None:
    assert asked(guard, origin=origin) == 403
    assert asked(guard, "POST", origin=origin) == 403


def test_what_changes_something_has_to_say_from_which_page(guard: Guard) -> None:
    assert asked(guard, "POST") == 403
    assert asked(guard, sec_fetch_site="cross-site") == 403
    assert asked(guard, sec_fetch_site="same-site") == 403

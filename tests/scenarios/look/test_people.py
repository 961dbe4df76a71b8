"""Whose request it was, as far as a name on a lane is concerned."""

import jwt
from starlette.datastructures import Headers

from scenarios.look.people import LONGEST, REMEMBERED, SOMEBODY, People


def signed(email: object) -> Headers:
    return Headers({"cookie": f"jwt={jwt.encode({'email': email}, 32 * 'k')}"})


def test_who_is_signed_in_has_the_name_before_the_at() -> None:
    people = People()
    assert people.who(signed("Ana@example.com"), {"email": "ben@example.com"}) == "ana"
    assert people.who(Headers(), {"email": "ana@example.com"}) == "ana"


def test_two_who_share_a_name_are_told_apart() -> None:
    people = People()
    assert people.who(signed("ana@example.com"), None) == "ana"
    assert people.who(signed("ana@example.org"), None) == "ana@example.org"


def test_who_is_not_known_is_somebody() -> None:
    people = People()
    for headers in (Headers(), Headers({"cookie": "jwt=x"}), signed(5), signed("")):
        assert people.who(headers, None) == SOMEBODY
    for body in ([], "x", {"email": 5}, {"email": "x" * (LONGEST + 1)}):
        assert people.who(Headers(), body) == SOMEBODY


def test_a_crowd_is_not_remembered_for_ever() -> None:
    people = People()
    for number in range(2 * REMEMBERED):
        people.who(Headers(), {"email": f"{number}@example.com"})
    assert len(people._named) <= REMEMBERED

"""What people make of answers."""

import httpx
from pytest import raises

from scenarios.answers import Surprise, next_page


def page(following: str) -> httpx.Response:
    links = {"link": f'<{following}>; rel="next"'} if following else {}
    return httpx.Response(200, json=[], headers=links)


def test_whoever_leafs_through_comes_to_the_last_page() -> None:
    walked: set[str] = set()
    assert next_page(page("/orders?after=1"), walked) == "/orders?after=1"
    assert next_page(page("/orders?after=2"), walked) == "/orders?after=2"
    assert next_page(page(""), walked) == ""


def test_a_page_that_comes_again_is_a_surprise_and_no_walk_without_an_end() -> None:
    walked: set[str] = set()
    next_page(page("/orders?after=1"), walked)
    with raises(Surprise, match="comes again"):
        next_page(page("/orders?after=1"), walked)

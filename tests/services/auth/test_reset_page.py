"""The page to which the link in a letter leads."""

import re
from base64 import b64encode
from hashlib import sha256

from pytest import mark

from tests.services.auth.test_forgotten_password import ANA, ask, letters, reset, token_in
from tests.services.shop import PASSWORD, Shop

PAGE = "/api/users/reset-password"


async def opened(shop: Shop, method: str = "GET"):
    return await shop.stranger("a scanner of links").request(method, PAGE)


def hash_in(page: str, tag: str) -> str:
    [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_the_link_leads_to_a_page_on_the_way_that_every_gateway_knows(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        [letter] = await letters(shop)
        link, _, fragment = re.findall(r"https://\S+", letter.text)[0].partition("#")
        assert fragment == f"token={token_in(letter)}"
        return await shop.stranger().get(link)

    answer = play(script)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<form" in answer.text


def test_its_policy_allows_its_own_script_and_style_and_nothing_else(play):
    answer = play(opened)
    policy = dict(
        it.strip().split(" ", 1) for it in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": hash_in(answer.text, "script"),
        "style-src": hash_in(answer.text, "style"),
        "connect-src": "'self'",
        "form-action": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_it_is_kept_nowhere_and_says_to_nobody_where_one_was(play):
    headers = play(opened).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


def test_it_loads_nothing_and_has_no_place_in_which_a_script_could_be_put(play):
    page = play(opened).text
    assert not re.search(r"(src|href|action|\bon\w+)=|javascript:|https?:|innerHTML|eval", page)


@mark.parametrize("method", ["GET", "HEAD"])
def test_to_open_it_uses_nothing_up(play, method):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        [letter] = await letters(shop)
        for _ in range(3):
            assert (await opened(shop, method)).status_code == 200
        return (await reset(shop, token_in(letter))).status_code

    assert play(script) == 200


def test_head_says_what_get_would_and_sends_no_body(play):
    async def script(shop):
        return await opened(shop), await opened(shop, "HEAD")

    get, head = play(script)
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.content))
    assert head.headers["content-security-policy"] == get.headers["content-security-policy"]


def test_no_token_is_in_what_a_world_takes_down(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        [letter] = await letters(shop)
        token = token_in(letter)
        for password in ("short", PASSWORD, PASSWORD):  # refused, taken, used up
            await reset(shop, token, password)
        await shop.stranger().get(PAGE)
        lines = [event.as_json() for event in shop.world.trace.events]
        assert any("/api/users/reset-password" in line for line in lines)
        return [line for line in lines if token in line or letter.text in line], ANA in str(lines)

    assert play(script) == ([], True)

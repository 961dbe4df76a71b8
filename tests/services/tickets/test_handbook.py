"""What describes the API to people and tools, on the way that every gateway knows."""

import re

from pytest import mark

from tests.services.auth.test_reset_page import hash_in
from tests.services.shop import Shop

PAGE = "/api/docs"


async def opened(shop: Shop):
    return await shop.stranger().get(PAGE)


async def linked(shop: Shop):
    page = await opened(shop)
    found = re.findall(r'href="([^"#]+)"', page.text)
    return {it: await shop.stranger().get(str(page.url.join(it))) for it in found}


def test_anybody_may_read_it(play):
    answer = play(opened)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "POST /api/orders" in answer.text


def test_its_policy_allows_its_own_style_and_nothing_else(play):
    answer = play(opened)
    assert "<script" not in answer.text
    assert set(answer.headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        f"style-src {hash_in(answer.text, 'style')}",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    }


def test_it_leads_to_the_same_for_tools(play):
    documents = {path: it.json() for path, it in play(linked).items()}
    assert documents.keys() == {f"docs/{it}.json" for it in ("openapi", "asyncapi", "collection")}
    names = {it["info"].get("title") or it["info"]["name"] for it in documents.values()}
    assert names == {"Boxoffice"}


def test_each_of_its_links_within_the_page_leads_somewhere(play):
    text = play(opened).text
    anchors = re.findall(r'id="([^"]+)"', text)
    assert sorted(anchors) == sorted(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(anchors)


@mark.parametrize("method", ["POST", "DELETE"])
def test_nobody_changes_it(play, method):
    async def ask(shop: Shop):
        return await shop.stranger().request(method, PAGE)

    answer = play(ask)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"

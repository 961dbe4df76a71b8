"""Somebody knows which passwords of theirs may be the right one, and is surprised by any other."""

import asyncio

import httpx
from pytest import mark, raises

from scenarios.answers import Surprise
from scenarios.workload.patron import Patron
from tests.scenarios.workload.replies import replied


def test_a_letter_is_good_for_one_password():
    ana = Patron("Ana", httpx.AsyncClient())
    ana._chosen(True, "first", "letter")
    ana._chosen(False, "second", "letter")
    with raises(Surprise, match="the same letter again"):
        ana._chosen(True, "second", "letter")


def surprised_the_third_time(answer):
    """Have somebody sign in again and again, who is sooner or later taken for a stranger."""

    async def does():
        browser = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://s.test")
        ana = Patron("Ana", browser)
        for _ in range(3):
            await ana.arrives()
            ana._signed_in_at_s = float("-inf")

    with raises(Surprise, match="with the password that they have"):
        asyncio.run(does())


def test_whoever_has_the_right_password_and_is_refused_is_surprised():
    statuses = iter((201, 200, 400))

    def answer(request):
        return replied(next(statuses), {"id": "u"}, path="/api/users/signin", method="POST")

    surprised_the_third_time(answer)


def test_whoever_begins_their_address_with_a_capital_is_the_same_person():
    def answer(request):
        is_known = b'"ana@' in request.content
        status = 200 if is_known else 400
        return replied(status, {"id": "u"}, path="/api/users/signin", method="POST")

    surprised_the_third_time(answer)


@mark.parametrize("lost", [True, False])
def test_whoever_may_have_another_password_by_now_is_not(lost):
    """A reset whose answer was lost, or that is made in another tab meanwhile, may be done."""
    ana = Patron("Ana", httpx.AsyncClient())
    ana._certain = ana._passwords[0]
    sent = []

    async def sends(method, path, body=None, **more):
        sent.append(path)
        if path.endswith("reset-password"):
            await asyncio.sleep(1.0)
            return (
                None
                if lost and sent.count(path) == 1
                else httpx.Response(400, json={}, request=httpx.Request(method, "http://s.test"))
            )
        return httpx.Response(
            400 if sent.count(path) == 1 else 200,
            json={"id": "u"},
            request=httpx.Request(method, "http://s.test"),
        )

    async def does():
        ana._known, ana._send = True, sends
        using = asyncio.create_task(ana.uses("#token=t"))
        await asyncio.sleep(0 if not lost else 2.0)
        await ana._signed_in()
        await using

    asyncio.run(does())

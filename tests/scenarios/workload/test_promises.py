"""People notice when the shop does what it never may."""

import asyncio
import json
from types import SimpleNamespace

import httpx
from pytest import mark, raises

from scenarios.actors import Order, Ticket
from scenarios.answers import GaveUp, Surprise
from scenarios.workload.accounts import HESITATES
from scenarios.workload.patron import Patron
from scenarios.workload.playing import VERBS
from scenarios.workload.scene import Scene
from tests.scenarios.workload.replies import NOBODY, RIGHT, door, heard, if_match, replied, tried

SEAT = Ticket("a" * 24, "A")
TICKET = {"id": SEAT.id, "title": "A", "price": 19.99, "version": 3, "userId": "u"}
ORDER = {"id": "b" * 24, "userId": "u", "status": "created", "expiresAt": "2030", "ticket": TICKET}
PAYMENT = {"id": "p2", "orderId": ORDER["id"], "status": "paid"}
TAG = {"ETag": '"3"'}
GUESSES = "POST /api/users/signin"
WHAT = {
    "seat": "A",
    "price": "19.99",
    "card": "tok_visa",
    "limit": 1,
    "whose": "Ben",
    "late_s": 240.0,
}
WHAT |= {"row": "1", "door": 0, "way": 0, "address": "twins@example.com", "tag": True}


def told(verb, answers):
    """Do one thing in a shop that answers each (method, beginning of a path) so."""

    def answer(request):
        asked = f"{request.method} {request.url.raw_path.decode()}"
        if asked == "POST /api/users/signup" and asked not in answers:
            return replied(201, {"id": "u"}, path="/api/users/signup", method="POST")
        best = max((it for it in answers if asked.startswith(it)), key=len)
        reply = answers[best](request) if callable(answers[best]) else answers[best]
        status, body, *headers = reply
        head = headers[0] if headers else None
        return replied(status, body, head, request.url.path, request.method)

    async def does():
        people = {}

        def person(name, role):
            if name not in people:
                browser = httpx.AsyncClient(
                    transport=httpx.MockTransport(answer), base_url="http://shop.test"
                )
                people[name] = role(name, browser)
            return people[name]

        async def together(*deeds):
            return await asyncio.gather(*deeds)

        town = SimpleNamespace(
            person=person,
            passes=lambda _: asyncio.sleep(0.0),
            together=together,
            letters=lambda who: ["#token=t"],
        )
        scene = Scene(town, [SimpleNamespace(does="lists", what={"seat": "A"})])
        scene.listed("A", SEAT)
        scene.asked_for("A", "19.99")
        ana, ben = person("Ana", Patron), person("Ben", Patron)
        ana._certain = RIGHT
        for each in (ana, ben):
            each.orders_placed.append(Order(ORDER["id"], SEAT, each))
        scene.payments[ORDER["id"]] = "p1"
        await VERBS[verb](scene, ana, WHAT)

    asyncio.run(does())


BREACHES = {
    "a stranger sees an order": ("meddles", {"GET /api/orders/": (200, ORDER)}),
    "a stranger cancels it": (
        "meddles",
        {"GET /api/orders/": (403, {}), "DELETE /api/orders/": (204, None)},
    ),
    "a stranger pays for it": (
        "meddles",
        {"GET /api/orders": (403, {}), "DELETE": (403, {}), "POST /api/payments": (201, PAYMENT)},
    ),
    "a stranger edits": (
        "scribbles",
        {"GET": (200, TICKET, TAG), "PUT /api/tickets/": (200, TICKET)},
    ),
    "nobody has signed in": ("knocks", {"POST /api/tickets": (201, TICKET)}),
    "a version that never was is edited": ("edits_blindly", {"PUT": (200, TICKET, TAG)}),
    "a condition that cannot be read is none": (
        "edits_blindly",
        {"PUT": if_match((412, {}), (200, TICKET, TAG))},
    ),
    "an edit costs something else": (
        "edits",
        {"PUT": (200, TICKET | {"price": 19.98}, TAG)},
    ),
    "a tag is of another version": ("reads", {"GET": (200, TICKET, {"ETag": '"4"'})}),
    "a price that never was": ("reads", {"GET": (200, TICKET | {"price": 1.0}, TAG)}),
    "a session outlasts its time": (
        "outstays",
        {"GET /api/orders": (401, {}), "GET": (200, {"currentUser": {"id": "u"}})},
    ),
    "an order is shown to an old session": ("outstays", {"GET": (200, [])}),
    "a session outlasts a password": (
        "resets",
        {"GET": (200, {"currentUser": {"id": "u"}}), "POST": (200, {"id": "u"})},
    ),
    "a stranger edits what he has seen": (
        "scribbles",
        {"GET": (200, TICKET, TAG), "PUT /api/tickets/": (200, TICKET)},
    ),
    "a head has a body": ("reads", {"GET": (200, TICKET, TAG), "HEAD": (200, TICKET)}),
    "a page is too long": ("browses", {"GET": (200, [TICKET, TICKET])}),
    "what is reserved is for sale": ("browses", {"GET": (200, [TICKET | {"orderId": "o"}])}),
    "an own order is missing": ("looks_through", {"GET": (200, [])}),
    "a second payment": ("pays", {"POST /api/payments": (201, PAYMENT)}),
    "a cancelled order goes on": ("cancels", {"DELETE": (204, None), "GET": (200, ORDER)}),
    "a wrong password opens": ("tries", {"POST /api/users/signin": (200, {"id": "u"})}),
    "a wait is longer than any": (
        "guesses",
        {"POST /api/users/signin": (429, {}, {"Retry-After": "1000"})},
    ),
    "who has waited is to wait again": (
        "guesses",
        {"POST /api/users/signin": (429, {}, {"Retry-After": "60"})},
    ),
    "more guesses are heard than may be": ("guesses", {GUESSES: heard(20)}),
    "guesses lock out whoever knows the password": (
        "guesses",
        {GUESSES: heard(10, newcomer=(429, {}, {"Retry-After": "60"}))},
    ),
    "a title is not taken": ("retitles", {"PUT": (412, {})}),
    "any version is none": (
        "retitles",
        {"PUT": (400, {"errors": [{"message": "If-Match takes the ETag of a ticket"}]})},
    ),
    "a mistyped password is heard for ever": (
        "mistypes",
        {"POST /api/users/signout": (200, {}), "POST": door(12), "GET": (200, NOBODY)},
    ),
    "a mistyped password locks all devices": (
        "mistypes",
        {
            "POST /api/users/signout": (200, {}),
            "POST": door(10, elsewhere=(429, {})),
            "GET": (200, NOBODY),
        },
    ),
    "strangers guess as fast as they like": ("besieges", {"POST": (400, {})}),
    "strangers lock each other out": ("besieges", {"POST": tried(10)}),
    "one device may try all accounts": ("sprays", {"POST": (400, {})}),
    "a letter to nobody is refused": ("pesters", {"POST": (400, {})}),
    "a sign-up opens an account that is there": (
        "tries",
        {"POST /api/users/signup": (201, {"id": "u"}), "POST": (400, {})},
    ),
    "nonsense is taken": ("babbles", {"POST /api/tickets": (201, TICKET)}),
    "nothing is something": ("errs", {"GET /api/tickets/": (200, TICKET)}),
}


@mark.parametrize(("verb", "answers"), BREACHES.values(), ids=BREACHES)
def test_a_broken_promise_is_a_surprise(verb, answers):
    with raises(Surprise) as caught:
        told(verb, answers)
    assert not isinstance(caught.value, GaveUp)


KEPT = {
    "meddles": {"GET /api/orders?": (400, {}), "": (403, {})},
    "reads": {"GET": (200, TICKET, TAG), "HEAD": (200, None)},
    "edits_blindly": {"PUT": if_match((412, {}), (400, {}))},
    "browses": {"GET": (200, [TICKET])},
    "looks_through": {"GET": (200, [ORDER])},
    "guesses": {GUESSES: heard(10)},
    "retitles": {"PUT": (200, TICKET, TAG)},
    "edits": {"PUT": (400, {"errors": [{"message": "The ticket is reserved"}]})},
    "mistypes": {
        "POST /api/users/signout": (200, {}),
        "POST": door(10),
        "GET": (200, NOBODY),
    },
    "pesters": {"POST": (202, {})},
    "sprays": {"POST": tried(30)},
    "tries": {"POST /api/users/signup": (400, {}), "POST": (400, {})},
}


@mark.parametrize(("verb", "answers"), KEPT.items(), ids=KEPT)
def test_a_promise_that_is_kept_is_none(verb, answers):
    told(verb, answers)


@mark.parametrize("away", [0, HESITATES])
def test_who_has_guessed_where_nobody_was_may_have_to_wait_from_then_on(away, monkeypatch):
    moments, made = iter([0.0]), []
    monkeypatch.setattr(Scene, "now_s", lambda self: next(moments, 61.0))

    def answer(request):
        if json.loads(request.content)["password"] == RIGHT:
            return 200, {"id": "u"}
        made.append(request)
        if len(made) <= away:
            return 503, {}
        return (429, {}, {"Retry-After": "900"}) if 10 + away < len(made) <= 20 else (400, {})

    if away:
        told("guesses", {GUESSES: answer})
    else:
        with raises(Surprise, match="is to wait 900 s, and has begun 61 s ago"):
            told("guesses", {GUESSES: answer})


def test_two_who_sign_up_under_one_address_are_a_surprise():
    ids = iter(("u", "one", "two"))

    def answer(request):
        return replied(201, {"id": next(ids)}, path="/api/users/signup", method="POST")

    async def does():
        browser = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://s.test")
        town = SimpleNamespace(person=lambda name, role: role(name, browser))
        scene = Scene(town, [])
        for name in ("Ana", "Ben"):
            await VERBS["signs_up"](scene, scene.patron(name), WHAT)

    with raises(Surprise, match="two people have signed up"):
        asyncio.run(does())

"""What anybody may look at, and what the shop must say to whom it may not show a thing."""

from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

NOWHERE: Final = "0123456789abcdef01234567"  # an id that nothing has
LURKS_S: Final = (0.05, 0.2, 1.0, 5.0)  # between looks whether there is an order by now
NONSENSE: Final = (
    ("POST", "/api/tickets", {"title": "", "price": "20.00"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "0.49"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": 1000000}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "19.999"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": -20}),
    ("POST", "/api/tickets", {"title": "Seat", "price": 19.999}),
    ("POST", "/api/tickets", {"title": "Seat", "price": 999999.995}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "2e1"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "\u0662\u0660"}),  # in other digits
    ("POST", "/api/tickets", {"title": "Seat", "price": "20,00"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": " 20"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "+20"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": "NaN"}),
    ("POST", "/api/tickets", {"title": "Seat", "price": True}),
    ("POST", "/api/tickets", {"title": "S" * 201, "price": "20.00"}),
    ("POST", "/api/tickets", {"title": "Seat\nA", "price": "20.00"}),
    ("POST", "/api/tickets", ["Seat", "20.00"]),
    ("POST", "/api/orders", {"ticketId": "a seat"}),
    ("POST", "/api/orders", {"ticketId": {"$ne": None}}),
    ("POST", "/api/payments", {"orderId": NOWHERE, "token": ""}),
    ("POST", "/api/payments", {"orderId": NOWHERE, "token": "tok_visa?"}),
    ("POST", "/api/payments", {"orderId": NOWHERE, "token": "t" * 201}),
    ("POST", "/api/users/signup", {"email": "nobody", "password": "long enough"}),
    ("POST", "/api/users/signup", {"email": "short@example.com", "password": "short"}),
    ("POST", "/api/users/signup", {"email": "long@example.com", "password": "άλογο " * 12}),
    ("POST", "/api/users/signin", {"email": {"$gt": ""}, "password": {"$gt": ""}}),
    ("POST", "/api/users/reset-password", {"token": "none", "password": "a new horse"}),
    ("GET", "/api/tickets?limit=0", None),
    ("GET", "/api/tickets?limit=101", None),
    ("GET", "/api/tickets?limit=2.5", None),
    ("GET", "/api/orders?after=nothing", None),
    ("GET", f"/api/orders?after={NOWHERE}", None),
)
BABBLE: Final = 6  # things at a time
ABSENT: Final = (
    ("GET", f"/api/tickets/{NOWHERE}", None),
    ("GET", "/api/tickets/no-id", None),
    ("PUT", f"/api/tickets/{NOWHERE}", {"title": "Seat", "price": "20.00"}),
    ("GET", f"/api/orders/{NOWHERE}", None),
    ("DELETE", f"/api/orders/{NOWHERE}", None),
    ("POST", "/api/orders", {"ticketId": NOWHERE}),
    ("GET", f"/api/payments/{NOWHERE}", None),
    ("POST", "/api/payments", {"orderId": NOWHERE, "token": "tok_visa"}),
)
PRIVATE: Final = (
    ("POST", "/api/tickets", {"title": "Seat", "price": "20.00"}),
    ("PUT", f"/api/tickets/{NOWHERE}", {"title": "Seat", "price": "20.00"}),
    ("GET", "/api/orders", None),
    ("GET", f"/api/orders/{NOWHERE}", None),
    ("DELETE", f"/api/orders/{NOWHERE}", None),
    ("POST", "/api/orders", {"ticketId": NOWHERE}),
    ("GET", f"/api/payments/{NOWHERE}", None),
    ("POST", "/api/payments", {"orderId": NOWHERE, "token": "tok_visa"}),
)


async def reads(scene: Scene, who: Patron, what: Any) -> None:
    """Look at a seat, and at its headers alone."""
    seat = await scene.seat(what["seat"])
    if seat is None:
        return
    answer = await who.asks_unsigned("GET", f"/api/tickets/{seat.id}")
    promised(answer, 200)
    if answer is not None:
        body = answer.json()
        names = {seat.title, *scene.names.get(seat.title, ())}
        if body["id"] != seat.id or body["title"] not in names:
            raise Surprise(f"{who} looked at {seat.title}, and was shown {body}")
        if body["price"] not in scene.prices[seat.title]:
            raise Surprise(f"{seat.title} never was to cost {body['price']}")
        if answer.headers["ETag"] != f'"{body["version"]}"':
            raise Surprise(f"version {body['version']} has the tag {answer.headers['ETag']}")
    head = await who.asks_unsigned("HEAD", f"/api/tickets/{seat.id}")
    promised(head, 200)
    if head is not None and head.content:
        raise Surprise("HEAD was answered with a body")


async def browses(scene: Scene, who: Patron, what: Any) -> None:
    """Look through what is for sale, so many on a page."""
    limit = what["limit"]
    found = await who.pages(f"/api/tickets?limit={limit}", limit)
    if found is not None and any("orderId" in one for one in found):
        raise Surprise("what is reserved was shown among what is for sale")


async def meddles(scene: Scene, who: Patron, what: Any) -> None:
    """Look at, cancel and pay somebody else's order, and read its payment."""
    placed = scene.patron(what["whose"]).orders_placed
    for pause_s in LURKS_S:
        if not placed:
            await scene.town.passes(pause_s)
    if not placed:
        return
    order = placed[-1]
    path = f"/api/orders/{order.id}"
    promised(await who.asks("GET", path), 403, 404)
    promised(await who.asks("DELETE", path), 403, 404)
    wanted = {"orderId": order.id, "token": "tok_visa"}
    promised(await who.asks("POST", "/api/payments", wanted), 403, 404)
    promised(await who.asks("GET", f"/api/orders?after={order.id}"), 400)
    if order.id in scene.payments:
        promised(await who.asks("GET", f"/api/payments/{scene.payments[order.id]}"), 403, 404)


async def scribbles(scene: Scene, who: Patron, what: Any) -> None:
    """Try to change a seat that is somebody else's, also as of the version that it has."""
    seat = await scene.seat(what["seat"])
    if seat is None:
        return
    path, headers = f"/api/tickets/{seat.id}", dict[str, str]()
    if what["tag"] and (seen := await who.asks("GET", path)) is not None:
        headers["If-Match"] = seen.headers["ETag"]
    wanted = {"title": f"{who.name} was here", "price": "1.00"}
    promised(await who.asks("PUT", path, wanted, headers=headers), 403, 404)


async def knocks(scene: Scene, who: Patron, what: Any) -> None:
    """Ask for what is private, without having signed in."""
    method, path, body = PRIVATE[what["door"] % len(PRIVATE)]
    nobody = scene.patron("Nobody")
    promised(await nobody.asks_unsigned(method, path, body), 401)
    answer = await nobody.asks_unsigned("GET", "/api/users/currentuser")
    if answer is not None and answer.json() != {"currentUser": None}:
        raise Surprise(f"nobody has signed in, and is {answer.text}")


async def errs(scene: Scene, who: Patron, what: Any) -> None:
    """Ask for what is not there."""
    promised(await who.asks(*ABSENT[what["way"] % len(ABSENT)]), 404)


async def babbles(scene: Scene, who: Patron, what: Any) -> None:
    """Say several things that make no sense."""
    for way in range(what["way"], what["way"] + BABBLE):
        promised(await who.asks(*NONSENSE[way % len(NONSENSE)]), 400, 429)

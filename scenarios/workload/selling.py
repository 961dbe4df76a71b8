"""What sellers do."""

from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

ANOTHER: Final = '"999"'  # the tag of a version that no ticket of a storm comes to
GARBLED: Final = "latest"  # which is no tag
ANY: Final = "*"
RESERVED: Final = "reserved"  # the only reason for which what makes sense is refused with 400
AS_IT_IS: Final = (200, 400, 409)
MAY_BE: Final = {"": AS_IT_IS, ANY: AS_IT_IS, ANOTHER: (412, 409), GARBLED: (400,)}


async def lists(scene: Scene, who: Patron, what: Any) -> None:
    """Put a seat up for sale."""
    title, ticket = what["seat"], None
    scene.asked_for(title, what["price"])
    try:
        ticket = await who.lists(title, what["price"])
    finally:
        scene.listed(title, ticket)


async def edits(scene: Scene, who: Patron, what: Any) -> None:
    """Change a seat's price, whatever it is now."""
    seat = await scene.seat(what["seat"])
    if seat is not None:
        scene.asked_for(seat.title, what["price"])
        await _edits(scene, who, what, "")


async def edits_as_seen(scene: Scene, who: Patron, what: Any) -> None:
    """Change a seat's price, unless it is another than a moment before."""
    seat = await scene.seat(what["seat"])
    seen = None if seat is None else await who.asks("GET", f"/api/tickets/{seat.id}")
    if seat is not None and seen is not None:
        promised(seen, 200)
        scene.asked_for(seat.title, what["price"])
        await _edits(scene, who, what, seen.headers["ETag"])


async def retitles(scene: Scene, who: Patron, what: Any) -> None:
    """Call a seat something else, whatever it is now: the tag `*` is that of any version."""
    seat = await scene.seat(what["seat"])
    if seat is not None:
        name = f"{seat.title}, row {what['row']}"
        scene.names.setdefault(seat.title, set()).add(name)
        scene.asked_for(seat.title, what["price"])
        await _edits(scene, who, what, ANY, name)


async def edits_blindly(scene: Scene, who: Patron, what: Any) -> None:
    """Try to change a seat's price, as of a version that it never had, and as of none."""
    await _edits(scene, who, what, ANOTHER)
    await _edits(scene, who, what, GARBLED)


async def _edits(scene: Scene, who: Patron, what: Any, tag: str, title: str = "") -> None:
    seat = await scene.seat(what["seat"])
    if seat is None:
        return
    wanted = {"title": title or seat.title, "price": what["price"]}
    headers = {"If-Match": tag} if tag else {}
    for pause_s in who.pauses():
        answer = await who.asks("PUT", f"/api/tickets/{seat.id}", wanted, headers=headers)
        if answer is not None:
            return _edited(answer, what, tag)
        await scene.town.passes(pause_s)


def _edited(answer: Any, what: Any, tag: str) -> None:
    promised(answer, *MAY_BE.get(tag, (200, 400, 409, 412)))
    if answer.status_code == 400 and tag != GARBLED and RESERVED not in answer.text:
        raise Surprise(f"{what['seat']} could not be edited, and not for an order: {answer.text}")
    if answer.is_success:
        body = answer.json()
        if body["price"] != float(what["price"]):
            raise Surprise(f"{what['seat']} was to cost {what['price']}, not {body['price']}")
        if answer.headers["ETag"] != f'"{body["version"]}"':
            raise Surprise(f"version {body['version']} has the tag {answer.headers['ETag']}")


async def stays(scene: Scene, who: Patron, what: Any) -> None:
    """Be there until orders have ended that nobody pays: what goes wrong goes on as long."""

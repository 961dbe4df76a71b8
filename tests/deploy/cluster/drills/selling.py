"""Somebody sells tickets, for as long as the shop takes them."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from tests.deploy.cluster.bringing_up import CERTIFICATE
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.kubernetes.facts import HOST

PAUSE_S: Final = 0.25
JAR: Final = STATE / "seller.cookies"


@contextmanager
def selling(node: Node) -> Iterator[list[str]]:
    """Yield the ids of the tickets that the shop has said it has; at the end no more come."""
    sold, enough = list[str](), Event()

    def sell() -> None:
        while not enough.wait(PAUSE_S):
            try:
                sold.append(_posted(node, "tickets", {"title": "Row 1", "price": 20}))
            except subprocess.CalledProcessError:
                return  # the shop is closing

    _posted(node, "users/signup", {"email": "seller@example.com", "password": "correct horse"})
    seller = Thread(target=sell)
    seller.start()
    try:
        yield sold
    finally:
        enough.set()
        seller.join()


def _posted(node: Node, place: str, body: dict[str, object]) -> str:
    jar = ("--cookie", JAR, "--cookie-jar", JAR)
    asked = ("curl", "--silent", "--fail", "--cacert", CERTIFICATE, *jar)
    said = ("--header", "content-type: application/json", "--data", json.dumps(body))
    id: str = json.loads(node.run(*asked, *said, f"https://{HOST}/api/{place}"))["id"]
    return id

"""What a shop answers in which nothing is real, with all that the head of any answer has to say."""

import json

import httpx

from scenarios.workload.kept import DOORS
from scenarios.workload.passwords import chosen

SAFE = {"Cache-Control": "no-store"}
SESSION = {"Set-Cookie": "jwt=t; HttpOnly; Max-Age=1800; Path=/; SameSite=strict; Secure"}
OVER = {"Set-Cookie": 'jwt=""; HttpOnly; Max-Age=0; Path=/; SameSite=strict'}
RIGHT = chosen("Ana", 0)
NOBODY = {"currentUser": None}


def replied(status, body, headers=None, path="", method="GET"):
    """Return an answer of the shop's, with all that the head of any has to say."""
    if status >= 400 and body is not None and "errors" not in body:
        body = body | {"errors": []}
    wait = {"Retry-After": "1"} if status == 429 else {}
    is_door = status < 300 and method == "POST" and path in DOORS
    cookie = SESSION if is_door else OVER if path.endswith("signout") else {}
    return httpx.Response(status, json=body, headers=SAFE | wait | cookie | (headers or {}))


def heard(most, newcomer=(200, {"id": "u"})):
    """Answer so many guesses, and then say to wait, until as many were made as anybody makes.

    Whoever knows the password meanwhile, at a device that was never seen, is answered as said.
    """
    made = []

    def answer(request):
        if json.loads(request.content)["password"] == RIGHT:
            return newcomer
        made.append(request)
        return (429, {}, {"Retry-After": "60"}) if most < len(made) <= 20 else (400, {})

    return answer


def door(most, elsewhere=(200, {"id": "u"})):
    """Answer so many passwords that are mistyped, and the right one, from another device, so."""
    mistyped = tried(most)

    def answer(request):
        is_right = "mistyped" not in json.loads(request.content)["password"]
        return elsewhere if is_right else mistyped(request)

    return answer


def tried(most):
    """Answer so many passwords, whoever's."""
    made = []

    def answer(request):
        made.append(request)
        return (400, {}) if len(made) <= most else (429, {})

    return answer


def if_match(never, garbled):
    """Answer an edit as of a version that never was, and one as of what is none."""
    return lambda request: never if request.headers["If-Match"].startswith('"') else garbled

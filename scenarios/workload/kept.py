"""What the head of any answer has to say: cookies, caches, and when to try again.

A trace shows few headers, so whoever is answered looks at them.
"""

from typing import TYPE_CHECKING, Final

from scenarios.answers import Surprise

if TYPE_CHECKING:
    import httpx

PUBLIC: Final = "/api/tickets"  # which anybody may see, and keep as long as it is asked about
SESSION_S: Final = 1_800
DEVICE_S: Final = 365 * 86_400
COOKIES: Final = {"jwt": ("/", SESSION_S), "device": ("/api/users", DEVICE_S)}
FLAGS: Final = frozenset({"httponly", "samesite=strict"})
DOORS: Final = ("/api/users/signup", "/api/users/signin", "/api/users/reset-password")


def promised_head(answer: "httpx.Response") -> None:
    """Look at the head of an answer of the shop's.  Raises: Surprise."""
    if answer.is_error and "errors" not in answer.text:
        return  # by whoever stands in front of the shop
    wrong = _kept(answer) or _again(answer) or _cookies(answer)
    if wrong:
        asked = answer.request
        raise Surprise(
            f"{asked.method} {asked.url.path} was answered {answer.status_code}, {wrong}"
        )


def _kept(answer: "httpx.Response") -> str:
    is_public = answer.request.url.path.startswith(PUBLIC) and answer.request.method != "POST"
    may_be = ("no-store", "no-cache") if is_public else ("no-store",)
    said = answer.headers.get("Cache-Control", "nothing")
    return "" if said in may_be else f"and may be kept: Cache-Control says {said}"


def _again(answer: "httpx.Response") -> str:
    after = answer.headers.get("Retry-After")
    if answer.status_code != 429 or (after is not None and after.isdecimal() and int(after)):
        return ""
    return f"and not told when to try again: Retry-After says {after or 'nothing'}"


def _cookies(answer: "httpx.Response") -> str:
    path, is_over = answer.request.url.path, answer.request.url.path.endswith("signout")
    given = [line.split("; ") for line in answer.headers.get_list("Set-Cookie")]
    named = {first.partition("=")[0]: (first.partition("=")[2], rest) for first, *rest in given}
    if answer.is_success and answer.request.method == "POST" and path in DOORS:
        if "jwt" not in named:
            return "and is not signed in by that"
    elif set(named) - ({"jwt"} if is_over else set()):
        return f"and is given the cookie {', '.join(named)}"
    for name, (value, rest) in named.items():
        due_path, due_s = COOKIES.get(name, ("", -1))
        told = dict(it.lower().partition("=")[::2] for it in rest)
        flags, lasts_s = {it.lower() for it in rest}, "0" if is_over else str(due_s)
        needed = FLAGS | ({"secure"} if answer.request.url.scheme == "https" else set())
        if not flags >= needed or told.get("path") != due_path or told.get("max-age") != lasts_s:
            return f"and is given the cookie {name} with {', '.join(rest)}"
        if is_over and value not in ("", '""'):
            return "and is signed in still"
    return ""

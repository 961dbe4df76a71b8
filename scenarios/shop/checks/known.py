"""Who has signed in is known by that session, until it is over or a password is replaced."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, Evidence
from scenarios.shop.checks.exchanges import (
    SESSION_S,
    SIGN_IN,
    SIGN_OUT,
    Exchange,
    clock_slack_s,
    exchanges,
    path_of,
)
from scenarios.shop.checks.words import moment, short

WHO: Final = "GET /api/users/currentuser"


def unknown_people(evidence: Evidence) -> Iterator[Breach]:
    """Take each look at who is signed in that says nobody, and should not have."""
    slack_s, asked = clock_slack_s(evidence), _at_the_door(evidence)
    overs = [it for it in evidence.of_kind("failover") if it.host == "auth-db"]
    opened: dict[str, Exchange] = {}  # person → how they have last signed in
    for it in exchanges(evidence):
        person = it.request.host
        if path_of(it.request) in SIGN_IN and it.succeeded and it.request["method"] == "POST":
            opened[person] = it
        first = opened.get(person)
        if it.call != WHO or it.status != 200 or it.body["currentUser"] is not None or not first:
            continue
        if it.request.number < first.response.number:  # from another tab, by an older session
            continue
        lasts_s = (it.response.at_us - first.request.at_us) / 1e6
        since, until = first.request.number, it.response.number
        meanwhile = [*asked.get(person, ()), *overs, *_replaced(evidence, first)]
        if lasts_s < SESSION_S - slack_s and not any(since < n.number < until for n in meanwhile):
            yield Breach(
                f"{person} signed in as user {short(first.body['id'])} at "
                f"{moment(first.response.at_us)}, and was nobody at {moment(it.response.at_us)}",
                [*first.numbers, *it.numbers],
            )


def _at_the_door(evidence: Evidence) -> dict[str, list[TraceEvent]]:
    """Return when people asked to sign in or out, whatever came of it."""
    asked: dict[str, list[TraceEvent]] = {}
    for event in evidence.of_kind("request"):
        if event["method"] == "POST" and path_of(event) in (*SIGN_IN, SIGN_OUT):
            asked.setdefault(event.host, []).append(event)
    return asked


def _replaced(evidence: Evidence, first: Exchange) -> list[TraceEvent]:
    """Return the writes by which others have replaced the password."""
    return [
        write
        for write in evidence.history(USERS, first.body["id"])
        if write.cause != first.request.number
        and (write["before"] or {}).get("epoch") != (write["after"] or {}).get("epoch")
        and write["before"] is not None
    ]

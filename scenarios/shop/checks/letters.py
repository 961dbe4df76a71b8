"""Letters: each is good for half an hour from when it was made, and tried for days."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, Document, Evidence
from scenarios.shop.checks.exchanges import SIGN_IN, Exchange, clock_slack_s, exchanges
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

RESET: Final = "POST /api/users/reset-password"
LASTS_S: Final = 1_800.0
FOR_GOOD: Final = "55"  # of a letter or whom it is for.  Source: RFC 5321, section 4.2.2
MOST_TRIES: Final = 480  # five days of them
# What may come between the moment that a letter is made of and the write that keeps it, and for how
# long that may keep it.
DELAYS: Final = ("late", "pause", "partition", "heal", "lost")
DELAYED_S: Final = 20.0


def kept_letters(evidence: Evidence) -> Iterator[Breach]:
    """Take each letter from when it is made: it lasts, is tried, and opens the account."""
    yield from _made_and_given_up(evidence)
    yield from _refused(evidence)


def _made_and_given_up(evidence: Evidence) -> Iterator[Breach]:
    slack_s = clock_slack_s(evidence)
    delayed_us, cut_off, said_no = -1, False, dict[str, TraceEvent]()
    for event in evidence.of_kind("write", "answered", *DELAYS):
        if event.kind == "answered" and event.get("to") == "mail":
            if event["says"].startswith(FOR_GOOD):
                said_no[event["about"]] = event
        elif event.kind in ("partition", "heal"):
            cut_off = event.kind == "partition"
            delayed_us = event.at_us + round(DELAYED_S * 1e6)
        elif event.kind != "write":
            # The mail server is asked afterwards.
            if "auth" in f"{event.host} {event.get('to', '')}" and event.get("to") != "mail":
                lasts_s = event.get("s", 0.0) + DELAYED_S
                delayed_us = max(delayed_us, event.at_us + round(lasts_s * 1e6))
        elif (event["database"], event["collection"]) == ("auth", "users"):
            before, after = event["before"] or {}, event["after"] or {}
            if _is_tried_again(before, after):
                said = f"user {short(event['id'])}: a letter was tried once more"
                yield Breach(f"{said}, at {moment(event.at_us)}, and not counted", [event.number])
            if _tries(after) > _tries(before):
                said_no.pop(after["email"], None)
                yield from _made(event, slack_s, cut_off or event.at_us <= delayed_us)
            elif _gives_up(before, after) and after["email"] not in said_no:
                yield from _given_up(event)


def _is_tried_again(before: Document, after: Document) -> bool:
    is_new = "reset" in after and after["reset"] != before.get("reset")
    return is_new and "letter_due" in after and _tries(after) <= _tries(before)


def _gives_up(before: Document, after: Document) -> bool:
    both = {"letter_due", "reset"}
    return both <= before.keys() and bool(after) and not both & after.keys()


def _tries(user: Document) -> int:
    due = user.get("letter_due")
    return int(due["tries"]) if isinstance(due, dict) else 0


def _made(write: TraceEvent, slack_s: float, delayed: bool) -> Iterator[Breach]:
    lasts_s = seconds_of(write["after"]["reset"]["expires_at"]) - write.at_us / 1e6
    is_short = lasts_s < LASTS_S - slack_s and not delayed
    if is_short or lasts_s > LASTS_S + slack_s:
        made = f"the letter of {moment(write.at_us)} to {write['after']['email']}"
        yield Breach(f"{made} is good for {lasts_s:.0f} s, not for {LASTS_S:.0f}", [write.number])


def _given_up(write: TraceEvent) -> Iterator[Breach]:
    tries, to = _tries(write["before"]), write["after"]["email"]
    if tries < MOST_TRIES and write["before"]["epoch"] == write["after"]["epoch"]:
        said = f"the letter to {to} was given up at {moment(write.at_us)}, after {tries} tries"
        yield Breach(f"{said}, though no mail server had refused it", [write.number])


def _refused(evidence: Evidence) -> Iterator[Breach]:
    """Whoever got one letter, and uses it once, is let in, as long as it is the account's last."""
    accounts: dict[str, str] = {}  # person → user
    used: set[str] = set()
    for it in exchanges(evidence):
        if it.call.removeprefix("POST ") in SIGN_IN and it.succeeded:
            accounts.setdefault(it.request.host, it.body["id"])
        if it.call != RESET or it.asked.get("token") != "…":
            continue
        is_first = it.request.host not in used
        used.add(it.request.host)
        user = accounts.get(it.request.host)
        if is_first and user is not None and it.status == 400 and _is_about_token(it.body):
            yield from _wrongly_refused(evidence, it, user)


def _is_about_token(body: Any) -> bool:
    return any(error.get("field") == "token" for error in body["errors"])


def _wrongly_refused(evidence: Evidence, it: Exchange, user: str) -> Iterator[Breach]:
    history = [
        write for write in evidence.history(USERS, user) if write.number < it.response.number
    ]
    address = history[0]["after"]["email"] if history else ""
    came = [mail for mail in evidence.of_kind("mail") if mail["to"] == address]
    if len(came) != 1 or came[0].number > it.request.number or _is_unsure(evidence, it):
        return
    made = [write for write in history if _makes(write)]
    ends_s = seconds_of(made[-1]["after"]["reset"]["expires_at"]) if made else 0.0
    is_over = ends_s < it.response.at_us / 1e6 + clock_slack_s(evidence)
    # Only one was ever made, so that it is the one that came, and nobody has used or dropped it.
    if len(made) == 1 and "reset" in history[-1]["after"] and not is_over:
        yield Breach(
            f"{it.request.host} was answered {it.said} at {moment(it.response.at_us)} for the "
            f"only letter of user {short(user)}, which was good",
            [made[0].number, came[0].number, *it.numbers],
        )


def _makes(write: TraceEvent) -> bool:
    before, after = write["before"] or {}, write["after"] or {}
    return "reset" in after and after.get("reset") != before.get("reset") and _tries(after) > 0


def _is_unsure(evidence: Evidence, it: Exchange) -> bool:
    # A look may have been at what a fail-over has taken back; and several tabs at once may do
    # so with one letter, of which one is first.
    overs = any(event.host == "auth-db" for event in evidence.of_kind("failover"))
    asked = [
        event
        for event in evidence.of_kind("request")
        if event["path"].startswith("/api/users/reset-password")
        and event["method"] == "POST"
        and event.host == it.request.host
        and event.number < it.response.number
    ]
    return overs or len(asked) != 1

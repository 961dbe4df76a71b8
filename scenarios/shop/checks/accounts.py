"""Accounts: a letter that is asked for comes, opens an account once and for half an hour, and ends
its older sessions."""

from collections.abc import Iterator

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import USERS, Evidence
from scenarios.shop.checks.exchanges import (
    NOBODY,
    Exchange,
    call_of,
    clock_slack_s,
    exchanges,
)
from scenarios.shop.checks.known import WHO, unknown_people
from scenarios.shop.checks.letters import RESET, kept_letters
from scenarios.shop.checks.posting import begun_anew, forgotten, promised_in_vain, unposted
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of


def letters_open_once(evidence: Evidence) -> Finding:
    """Take each password that was replaced: by a letter that was good, and is so no longer."""
    slack_s = clock_slack_s(evidence)
    replaced: dict[int, list[TraceEvent]] = {}
    breaches = [*unposted(evidence), *forgotten(evidence), *promised_in_vain(evidence)]
    breaches += begun_anew(evidence)
    for write in evidence.writes(USERS):
        before, after = write["before"], write["after"]
        if before is None or after is None or after["epoch"] == before["epoch"]:
            continue
        replaced.setdefault(-1 if write.cause is None else write.cause, []).append(write)
        breaches += _wrongly_replaced(evidence, write, slack_s)
    ended: dict[str, Exchange] = {}  # user → the last reset that was answered
    for it in exchanges(evidence):
        breaches += _answered(it, replaced)
        breaches += _outlived(it, ended)
        if it.call == RESET and it.status == 200:
            ended[it.body["id"]] = it
    breaches += [*kept_letters(evidence), *unknown_people(evidence)]
    return Finding(bool(replaced) or any(True for _ in evidence.of_kind("mail")), breaches)


def _wrongly_replaced(evidence: Evidence, write: TraceEvent, slack_s: float) -> Iterator[Breach]:
    before, after = write["before"], write["after"]
    request = None if write.cause is None else evidence.event(write.cause)
    named = f"user {short(write['id'])}: the password was replaced at {moment(write.at_us)}"
    proof = [*([request.number] if request else []), write.number]
    if request is None or _call_of(request) != RESET:
        yield Breach(f"{named} by no letter", proof)
        return
    reset = before.get("reset")
    if reset is None:
        yield Breach(f"{named} though no letter was good", proof)
        return
    if "reset" in after:
        yield Breach(f"{named} by a letter that is still good", proof)
    ends_s = seconds_of(reset["expires_at"])
    late_s = request.at_us / 1e6 - ends_s
    if late_s > slack_s:
        yield Breach(f"{named} by a letter that was over {late_s:.0f} s before", proof)


def _call_of(event: TraceEvent) -> str:
    """Return the call of a request; of what is none, its kind."""
    return call_of(event) if event.kind == "request" else event.kind


def _answered(it: Exchange, replaced: dict[int, list[TraceEvent]]) -> Iterator[Breach]:
    if it.call != RESET or not it.status:
        return
    writes = replaced.get(it.request.number, [])
    answered = f"{it.request.host} was answered {it.said} to {RESET} at {moment(it.response.at_us)}"
    if it.status == 200 and not writes:
        yield Breach(f"{answered}, but no password was replaced", it.numbers)
    elif it.status == 400 and writes:
        proof = [*it.numbers, writes[0].number]
        yield Breach(f"{answered}, but the password was replaced", proof)


def _outlived(it: Exchange, ended: dict[str, Exchange]) -> Iterator[Breach]:
    reset = ended.get(it.user) if it.user != NOBODY else None
    if it.call != WHO or it.status != 200 or reset is None:
        return
    is_older = it.signed_in_us < reset.request.at_us and it.request.host != reset.request.host
    asked_later = it.request.number > reset.response.number
    if is_older and asked_later and it.body.get("currentUser") is not None:
        yield Breach(
            f"{it.request.host} was still user {short(it.user)} at {moment(it.response.at_us)}, "
            f"by a session from before the password was replaced",
            [*reset.numbers, *it.numbers],
        )

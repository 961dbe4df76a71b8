"""Counting: a wrong password counts as a failure to sign in, and nothing else is left to count."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.ahead import COUNTED_S
from scenarios.shop.checks.devices import attempts
from scenarios.shop.checks.evidence import COUNTS, Document, Evidence
from scenarios.shop.checks.exchanges import Exchange, call_of, clock_slack_s
from scenarios.shop.checks.letters import RESET
from scenarios.shop.checks.words import moment
from scenarios.shop.moments import seconds_of_date

WRONG: Final = "Invalid credentials"
LATELY_S: Final = 60.0  # within which another tab may have begun it
CROWDED: Final = "Too many people at once"  # nobody compared a password


@dataclass(slots=True)
class _Counted:
    """What one request has counted, by key: how much of it is left, and what it made forgotten."""

    added: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    left: Counter[str] = field(default_factory=Counter)


def guesses_are_counted(evidence: Evidence) -> Finding:
    """Take each attempt to sign in, and what it has left in the counts."""
    counted, breaches = _counted(evidence), list[Breach]()
    # What a fail-over has undone counts no more, whoever was told so before.
    if not counted or any(it.host == "auth-db" for it in evidence.of_kind("failover")):
        return Finding(False)
    tested, refused, hindered = False, list[Exchange](), _hindered(evidence)
    for it, is_known in attempts(evidence):
        tested |= it.status in (200, 400, 429)
        counts = counted.get(it.request.number, _Counted())
        breaches += _wrong(it, counts, hindered)
        if it.status == 400 and WRONG in it.said:
            refused.append(it)
            if counts.added and is_known is not None:
                breaches += _of_somebody_else(it, counts, is_known)
    breaches += _sooner(evidence, refused)
    breaches += _let_in_before(evidence)
    breaches += _mixed(evidence)
    return Finding(tested, breaches)


def _counted(evidence: Evidence) -> dict[int, _Counted]:
    found: dict[int, _Counted] = {}
    slack_s = clock_slack_s(evidence)
    for write in evidence.writes(COUNTS):
        more = _number(write["after"]) - _number(write["before"])
        if write["after"] is None:  # forgotten, or over: then it is left of nobody's
            for each in found.values():
                each.left.pop(write["id"], None)
            if write.cause is not None and not _is_over(write, slack_s):
                found.setdefault(write.cause, _Counted()).forgotten.add(write["id"])
        elif write.cause is not None and _is_asked(evidence.event(write.cause)):
            of_request = found.setdefault(write.cause, _Counted())
            of_request.left[write["id"]] += more
            if more > 0:
                of_request.added.add(write["id"])
    return found


def _is_asked(cause: TraceEvent) -> bool:
    return cause.kind == "request"


def _is_over(write: TraceEvent, slack_s: float) -> bool:
    return seconds_of_date(write["before"]["until"]) <= write.at_us / 1e6 + slack_s


def _number(count: Document | None) -> int:
    return 0 if count is None else int(count["failures"])


def _hindered(evidence: Evidence) -> set[int]:
    """Return the requests by which a store was asked in vain who somebody is, and nothing else."""
    if any(it.host.startswith("auth") for it in evidence.of_kind("leave", "crash", "pause")):
        return set()  # whoever is cut off takes nothing back
    looks, others = set[int](), set[int]()
    for it in evidence.of_kind("answered", "lost", "late"):
        if it.cause is not None and it.get("to") == "auth-db" and it.kind != "late":
            (looks if it["verb"] == "find_one" else others).add(it.cause)
        elif it.cause is not None and it.get("unheard"):
            others.add(it.cause)
    return looks - others


def _wrong(it: Exchange, counted: _Counted, hindered: Collection[int]) -> Iterator[Breach]:
    asked = f"{it.request.host} was answered {it.said} at {moment(it.response.at_us)}"
    if it.status == 400 and WRONG in it.said and not counted.added:
        yield Breach(f"{asked}, and that counts as no guess", it.numbers)
    elif len(counted.forgotten) > 1:  # one's own are one count; in the others are those of others
        forgot = f"{len(counted.forgotten)} counts were forgotten for that"
        yield Breach(f"{asked}, and {forgot}", it.numbers)
    elif _is_no_guess(it, hindered) and any(left > 0 for left in counted.left.values()):
        yield Breach(f"{asked}, and that counts as a wrong password", it.numbers)


def _is_no_guess(it: Exchange, hindered: Collection[int]) -> bool:
    is_compared = CROWDED not in it.said and it.request.number not in hindered
    return it.status in (200, 429) or (it.status == 503 and not is_compared)


def _of_somebody_else(it: Exchange, counted: _Counted, is_known: bool) -> Iterator[Breach]:
    # What is wrong counts for its device alone; of a stranger, also at the account, and at all.
    if is_known != (len(counted.added) == 1):
        asked = f"{it.request.host} was answered {it.said} at {moment(it.response.at_us)}"
        if is_known:
            said = "by whom the password was known there, and that counts as a stranger's"
        else:
            said = "by a stranger, and that counts as of one of the account's own devices"
        yield Breach(f"{asked}, {said}", it.numbers)


def _sooner(evidence: Evidence, refused: list[Exchange]) -> Iterator[Breach]:
    """Yield who was refused before a password was compared, where that takes a thread its time.

    By that anybody learns whose address is known.
    """
    busy = {it.cause for it in evidence.of_kind("late") if it["to"] == it.host}
    compared = [it.request.number in busy for it in refused]
    if sum(compared) > len(compared) / 2:  # wherever it was, it took its time
        for it, was_compared in zip(refused, compared, strict=True):
            if not was_compared:
                said = f"{it.request.host} was answered {it.said} at {moment(it.response.at_us)}"
                yield Breach(f"{said}, and no password was compared before", it.numbers)


def _let_in_before(evidence: Evidence) -> Iterator[Breach]:
    """Yield resets that leave the door open for as long as an earlier one of the account."""
    lately_s = COUNTED_S - LATELY_S - clock_slack_s(evidence)
    for write in evidence.writes(COUNTS):
        if write.cause is None or not write["before"] or not write["after"]:
            continue
        cause = evidence.event(write.cause)
        left_s = seconds_of_date(write["before"]["until"]) - write.at_us / 1e6
        if _is_asked(cause) and call_of(cause) == RESET and left_s < lately_s:
            said = f"{cause.host} chose another password at {moment(write.at_us)}"
            yield Breach(f"{said}, and the door is open as it was before", [write.number])


def _mixed(evidence: Evidence) -> Iterator[Breach]:
    """Yield counts in which there is something else than what they began with."""
    counts: dict[str, str] = {}  # what is counted under each key
    for write in evidence.writes(COUNTS):
        if write["after"] is None:
            counts.pop(write["id"], None)
        elif write.cause is not None and _number(write["after"]) > _number(write["before"]):
            cause = evidence.event(write.cause)
            call = call_of(cause) if _is_asked(cause) else ""
            first = counts.setdefault(write["id"], call)
            if call != first:
                said = f"{call} by {cause.host} was counted at {moment(write.at_us)}"
                yield Breach(f"{said} as {first} is", [write.number])

"""Readiness: who says to be ready can do its work, and who says not to be has a reason.

What is asked of a service for that is to keep something in its store; and what its store or the
broker refuses again and again, it says itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.disturbances import KINDS, OUTAGES, Disturbances
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, Evidence
from scenarios.shop.checks.words import moment

ASKED: Final = ("/readyz", "/livez")
# Of the promise: a second refusal within so long is a state.  Source: services/common/health.py
REMEMBERED_US: Final = 90_000_000
IN_A_ROW: Final = 2
# In which a service that begins is ready, where nothing is amiss.
BEGINS_US: Final = 5_000_000
# In which a consumer has asked the broker again, and was answered.
CONSUMES_US: Final = 30_000_000
CONSUMER: Final = "consumer"
# In which whoever is connected to a server notices that it is gone.
NOTICED_US: Final = 5_000_000
UNKEPT: Final = ("expiration",)  # of whose store nothing is told that is no alarm
NEEDS: Final = {"auth": (), "expiration": ("redis", "nats")}  # and each its store, as is seen
RELAYED: Final = "outbox"  # of which it can be seen from outside that nothing went well meanwhile
OF_ONE_ENTRY: Final = ("MaxPayloadError", "KeyError", "ValidationError")
SEEN: Final = ("request", "response", "write", "stored", "start", "leave", *KINDS)


@dataclass(slots=True)
class _Followed:
    asked: dict[int, TraceEvent] = field(default_factory=dict)  # requests, by number
    kept_us: dict[str, int] = field(default_factory=dict)  # when a store was last asked to keep it
    begun: dict[str, int] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    down: dict[str, int] = field(default_factory=dict)  # servers that are not there, since when
    refused: dict[str, list[TraceEvent]] = field(default_factory=dict)  # in a row, by host
    doubted: dict[str, tuple[TraceEvent, TraceEvent]] = field(default_factory=dict)  # as ready
    disturbances: Disturbances = field(default_factory=Disturbances)


def ready_as_it_says(evidence: Evidence) -> Finding:
    """Take each answer to an operator who asks a service whether it is ready, and lives."""
    if ACKNOWLEDGEMENTS in evidence.unseen:
        return Finding(False)
    if not any(it.get("path") in ASKED for it in evidence.of_kind("request")):
        return Finding(False)
    so_far, tested, breaches = _Followed(), False, list[Breach]()
    for event in evidence.of_kind(*dict.fromkeys(SEEN)):
        tested |= event.kind == "response" and event["request"] in so_far.asked
        breaches += _followed(so_far, event)
    return Finding(tested, breaches)


def _followed(so_far: _Followed, event: TraceEvent) -> Iterator[Breach]:
    match event.kind:
        case "request" if event["path"] in ASKED:
            so_far.asked[event.number] = event
        case "response" if (asked := so_far.asked.get(event["request"])) is not None:
            yield from _answered(so_far, asked, event)
        case "write" if event.cause in so_far.asked:
            so_far.kept_us[event.host] = event.at_us
        case "stored":
            _went_well(so_far, str(event["by"]).partition("-")[0])
        case "start":
            so_far.begun[event.host] = event.at_us
            so_far.leaving.discard(event.host)
            so_far.down.pop(event.host, None)
            _went_well(so_far, event.host)
        case "leave":
            so_far.leaving.add(event.host)
        case "log" if event.get("what") in OUTAGES and event.get("where") == RELAYED:
            if _is_of_its_own(event):  # the round was none in which anything else was refused
                so_far.refused.pop(event.host, None)
                so_far.doubted.pop(event.host, None)
            else:
                yield from _refused(so_far, event)
    if event.kind == "crash":
        so_far.down[event.host] = event.at_us
    if event.kind in KINDS:
        so_far.disturbances.follow(event)


def _is_of_its_own(said: TraceEvent) -> bool:
    # What one entry is too large for, or cannot be read for, says nothing of any other.
    return str(said.get("error")).startswith(OF_ONE_ENTRY)


def _went_well(so_far: _Followed, service: str) -> None:
    # By whichever of its processes: the others then find nothing to do.
    for host in [it for it in so_far.refused if it.partition("-")[0] == service.partition("-")[0]]:
        del so_far.refused[host]
        so_far.doubted.pop(host, None)


def _refused(so_far: _Followed, said: TraceEvent) -> Iterator[Breach]:
    host = said.host
    before = so_far.refused.get(host, [])
    alike = [it for it in before if it.get("error") == said.get("error")]
    so_far.refused[host] = [*alike[-1:], said]
    doubted = so_far.doubted.pop(host, None)
    if doubted is not None and alike:  # it went on, so it was so in between
        asked, answer = doubted
        why = f"its {RELAYED} was refused at {moment(alike[-1].at_us)} and at {moment(said.at_us)}"
        yield _breach(asked, answer, why, alike[-1].number)


def _answered(so_far: _Followed, asked: TraceEvent, answer: TraceEvent) -> Iterator[Breach]:
    status, host = answer.get("status"), asked["to"]
    is_undisturbed = _is_undisturbed(so_far, host, asked, answer)
    if asked["path"] != ASKED[0]:
        if status is not None and status != 200 and is_undisturbed:
            yield _breach(asked, answer, "nothing has been amiss")
    elif status == 200:
        service = host.partition("-")[0]
        # Who asks while another is being told is told the same.
        kept_us = so_far.kept_us.get(f"{service}-db", -1)
        if service not in UNKEPT and kept_us < asked.at_us:
            yield _breach(asked, answer, "its store was not asked to keep anything")
        for server in NEEDS.get(service, ("nats",)):
            if asked.at_us - so_far.down.get(server, asked.at_us) > NOTICED_US:
                yield _breach(asked, answer, f"{server} has not been there for a while")
        refused = so_far.refused.get(host, [])
        if len(refused) == IN_A_ROW and answer.at_us - refused[0].at_us < REMEMBERED_US:
            so_far.doubted.setdefault(host, (asked, answer))
    elif status == 503 and is_undisturbed:
        yield _breach(asked, answer, "nothing has been amiss")
    elif (
        status == 503
        and CONSUMER in _said(answer)
        and _is_undisturbed(so_far, host, asked, answer, CONSUMES_US)
    ):
        yield _breach(asked, answer, "nothing has been amiss for a while")


def _is_undisturbed(
    so_far: _Followed,
    host: str,
    asked: TraceEvent,
    answer: TraceEvent,
    for_us: int = REMEMBERED_US,
) -> bool:
    begun_us = so_far.begun.get(host)
    if host in so_far.leaving or begun_us is None or asked.at_us - begun_us < BEGINS_US:
        return False
    return not so_far.disturbances.were(asked.at_us - for_us, answer.at_us)


def _breach(asked: TraceEvent, answer: TraceEvent, why: str, *others: int) -> Breach:
    said = f" “{_said(answer)}”" if _said(answer) else ""
    told = f"{asked['to']} answered {asked['path']} with {answer['status']}{said}"
    return Breach(
        f"{told} at {moment(answer.at_us)}, though {why}",
        [asked.number, *others, answer.number],
    )


def _said(answer: TraceEvent) -> str:
    body: Any = answer.get("body")
    errors = body.get("errors") if isinstance(body, dict) else None
    return str(errors[0]["message"]) if errors else ""

"""Services that say that they are ready and are not, or that they are not for no reason."""

from dataclasses import replace
from typing import Final

from tests.scenarios.shop.checks.corrupted import Recording, falls, refuse

READY: Final = "ready-as-it-says"
ASKED: Final = "GET /readyz"


@falls(READY, "though its store was not asked to keep anything")
def asked_its_store_for_nothing(it: Recording) -> None:
    asked = it.first("request", ASKED)
    it.drop(it.first("write", cause=asked.number))


@falls(READY, "“Not ready: mongo” at 17:45.182, though nothing has been amiss")
def is_not_ready_for_nothing(it: Recording) -> None:
    it.change(it.first("response", ASKED), refuse(503, "Not ready: mongo"))


@falls(READY, "answered /livez with 503")
def does_not_live_for_nothing(it: Recording) -> None:
    it.change(it.first("response", "GET /livez"), refuse(503, "no"))


@falls(READY, "though its outbox was refused at")
def is_ready_though_its_outbox_is_refused(it: Recording) -> None:
    answer = it.first("response", ASKED)
    for after_s in (-2.0, -1.0, 1.0):
        said = it.repeat(answer, after_s)
        fields = {"what": "outage", "where": "outbox", "error": "ServiceUnavailable"}
        at = it.events.index(said)
        it.events[at] = replace(said, host="tickets", kind="log", cause=None, fields=fields)

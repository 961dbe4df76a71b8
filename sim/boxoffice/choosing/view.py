"""What a session's reader sees, as JSON.

| key | what |
|---|---|
| story, bug, seed, summary | which run it is |
| cursor | the event up to which it is told: event, time, host, says |
| over | whether that is the end |
| healed | whether the world is mended by then: nothing breaks any more |
| given | the faults that the run has from its beginning: a token's, or those asked for |
| picks | what was made to happen: says, event, faults |
| options | what can be: id, group, about, deed, says, amounts (value, says; the usual first) |
| passes | until what time can pass |
| invariants | as far as it has come: invariant, verdict, sign, says |
| verdict | at the end: verdict, sign, fell, says |
| printed | the first lines of what the story prints |
| can_undo | whether there is something to take back |
| token, command | the run, to be played again |
| search | played, of, over, given_up (only the story fell), found: fell, says, token |
| likely | moments, over, invariant, says |
| run | what the explorer draws |
"""

from typing import Any

from boxoffice.choosing.future import MOST, Futures
from boxoffice.choosing.likely import When
from boxoffice.choosing.place import END, MESSAGE, STEP, Pick, Place
from boxoffice.choosing.session import Session
from boxoffice.choosing.shown import drawn, judged, last_shown
from boxoffice.faults.schedule import Fault
from boxoffice.search.case import fallen
from boxoffice.search.marks import marks_of
from boxoffice.search.names import Names
from boxoffice.search.token import token_of
from boxoffice.views.curve import remarks, risen
from boxoffice.views.explorer.likely import why_of
from boxoffice.views.explorer.model import exactly
from boxoffice.views.time_format import format_time
from boxoffice.views.verdicts import SIGNS


def view(session: Session, names: Names) -> dict[str, Any]:
    """Return what a session's reader sees."""
    here, place = session.here, session.place
    case, token = place.base, token_at(place, names)
    why = why_of(here.when.likelihood) if here.when is not None and here.when.moments else None
    return {
        "story": case.scenario.name,
        "summary": case.scenario.summary,
        "bug": case.bug.name if case.bug else None,
        "seed": exactly(case.seed),
        "cursor": _cursor(place),
        "over": place.is_over,
        "healed": place.is_healed,
        "given": [_spelled(it, names) for it in case.faults],
        "picks": [_pick(it, names) for it in place.picks],
        "options": [it.as_json() for it in here.options],
        "passes": _passes(place),
        "invariants": [_invariant(it) for it in judged(place)],
        "verdict": _verdict(place) if place.is_over else None,
        "printed": list(place.run.printed),
        "can_undo": session.can_undo,
        "token": token,
        "command": f"boxoffice replay {token}",
        "search": None if here.futures is None else _search(here.futures, names),
        "likely": None if here.when is None else _likely(here.when),
        "run": drawn(place, why),
    }


def token_at(place: Place, names: Names) -> str:
    """Return the token of the run with all that was picked."""
    return token_of(place.case, names, marks_of(place.run.outcome.trace))


def _cursor(place: Place) -> dict[str, Any]:
    run, at = place.run, last_shown(place)
    event, data = run.events[place.cursor], run.drawn(place.cursor)
    words, column = data["words"], data["events"]
    return {
        "event": place.cursor,
        "time": format_time(event.at_us),
        "host": data["lanes"][column["lane"][at]][0],
        "says": words[column["says"][at]],
    }


def _pick(pick: Pick, names: Names) -> dict[str, Any]:
    faults = [_spelled(it, names) for it in pick.faults]
    return {"says": pick.says, "event": pick.event, "faults": faults}


def _spelled(fault: Fault, names: Names) -> str:
    return names.spelled(fault).removeprefix("faults.")


def _passes(place: Place) -> list[str]:
    if place.is_over:
        return []
    return [STEP, *([MESSAGE] if place.next_message is not None else []), END]


def _invariant(judgement: dict[str, Any]) -> dict[str, str]:
    said = (it["message"] for it in judgement["violations"])
    kept = {name: judgement[name] for name in ("invariant", "verdict", "sign")}
    return {**kept, "says": next(said, "")}


def _verdict(place: Place) -> dict[str, Any]:
    outcome = place.run.outcome
    return {
        "verdict": str(outcome.verdict),
        "sign": SIGNS[outcome.verdict],
        "fell": list(fallen(outcome)),
        "says": place.run.error,
    }


def _search(futures: Futures, names: Names) -> dict[str, Any]:
    found, had = futures.found, len(futures.place.picks)
    told = {
        "fell": list(fallen(found.run.outcome)),
        "says": [it.says for it in found.picks[had:]],
        "token": token_at(found, names),
    } if found else None  # fmt: skip
    return {
        "played": futures.played,
        "of": MOST,
        "over": futures.is_over,
        "given_up": futures.given_up,
        "found": told,
    }


def _likely(when: When) -> dict[str, Any]:
    said = [*risen(when.likelihood), *remarks(when.likelihood)] if when.moments else []
    return {
        "moments": when.moments,
        "over": when.is_over,
        "invariant": when.invariant,
        "says": said if when.is_over else [],
    }

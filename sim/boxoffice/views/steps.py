"""What happens in a run that was made small: as few lines as it can be understood from."""

from collections.abc import Collection, Iterator, Set
from typing import Any, Final

from boxoffice.search.looks import Look, Met
from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.deliveries import Deliveries
from boxoffice.views.descriptions import subject
from boxoffice.views.failure import FAULTS, thing, told
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_time
from boxoffice.views.values import printable_text

_STEPS: Final = ("request", "stored", "charge", "refund", "intent", *FAULTS)
_EFFECTS: Final = ("write", "decided", "charge", "refund", "intent", "stored")
_REFUSED: Final = 400  # the least status of an answer that refuses
_DEATHS: Final = ("crash", "pause", "leave")
_ON_THE_WAY_US: Final = 100_000  # an acknowledgement may reach the broker after who sent it died
_SOON_US: Final = 5_000_000  # whoever dies so soon after an acknowledgement may have had more to do


def steps_of(
    trace: Trace, proofs: Set[int], met: Met, names: Names, deliveries: bool = False
) -> Iterator[str]:
    """Yield a line for each step up to the last proof, which has a cross.

    Without a proof, whatever was written or refused may be one.  With `deliveries`, those are
    steps that came late, or once more.
    """
    last = max(proofs, default=len(trace.events))
    told_kinds = _STEPS if proofs else (*_STEPS, "write")
    early, slow = _early(trace, last), _Slow(trace, last)
    down, said = set[str](), dict[str, None]()
    looks, followed = list(met.looks), Deliveries(trace)
    for event in trace.events:
        while looks and looks[0].number <= event.number:
            yield f"    {_seen(looks.pop(0), trace, proofs | met.writes, names)}"
        if event.number > last:
            return
        if event.kind in ("crash", "leave"):
            down.add(event.host)
        back = event.kind == "start" and event.host in down
        is_proof = event.number in proofs
        handed = followed.told(event, names, plain=is_proof) if deliveries or is_proof else ""
        if event.number in early or (is_proof and event.kind == "acked"):
            yield f"  {'✗' if is_proof else ' '} {_acknowledged(event, names)}"
        elif handed:
            yield f"  {'✗' if is_proof else ' '} {handed}"
        elif not proofs and event.kind == "response" and (event.get("status") or 0) >= _REFUSED:
            yield f"    {_refused(event, trace, names)}"
        elif is_proof or back or event.number in met.writes or _is_step(event, told_kinds):
            line = slow.told(event) or told(event, names)
            what = line.split(maxsplit=1)[-1]  # what goes on strikes the same again and again
            if is_proof or event.kind not in FAULTS or what not in said:
                yield f"  {'✗' if is_proof else ' '} {line}"
            said[what] = None


def _is_step(event: TraceEvent, kinds: Collection[str]) -> bool:
    return event.kind in kinds and event.get("method") != "GET"


def _refused(event: TraceEvent, trace: Trace, names: Names) -> str:
    asked = told(trace.events[event["request"]], names).split(maxsplit=2)[-1]
    return f"{format_time(event.at_us)}  {event.host}  is answered {event['status']}: {asked}"


# --- acknowledged too early -----------------------------------------------------------------------


def _early(trace: Trace, last: int) -> set[int]:
    """Return the acknowledgements that came before what they acknowledge was done."""
    given, effects, acks = dict[Any, int](), dict[int, int](), list[tuple[TraceEvent, int]]()
    for event in trace.events:
        message = event.get("consumer"), event.get("seq")
        if event.kind == "delivered":
            given[message] = event.number
        elif event.kind == "acked" and event.number <= last:
            acks.append((event, given.get(message, -1)))
        elif event.kind in _EFFECTS and event.cause is not None:
            effects[event.cause] = event.number  # the last one
    found = set[int]()
    for ack, delivery in acks:
        done = effects.get(delivery)
        if _dies(trace, ack) if done is None else done > ack.number:
            found.add(ack.number)
    return found


def _dies(trace: Trace, ack: TraceEvent) -> bool:
    return any(
        it.host.startswith(str(ack["consumer"]))
        and -_ON_THE_WAY_US <= it.at_us - ack.at_us <= _SOON_US
        for it in trace.of_kind(*_DEATHS)
    )


def _acknowledged(event: TraceEvent, names: Names) -> str:
    said = f"{event['consumer']}  acknowledges {subject(event, names)}"
    return f"{format_time(event.at_us)}  {said}"


# --- what lasts -----------------------------------------------------------------------------------


class _Slow:
    """Calls that are late one after another: the first is told for all."""

    def __init__(self, trace: Trace, last: int) -> None:
        self._late: dict[tuple[str, str], list[TraceEvent]] = {}
        for event in trace.of_kind("late"):
            if event.number <= last and not event.get("unheard"):
                self._late.setdefault(self._way(event), []).append(event)

    def told(self, event: TraceEvent) -> str:
        """Return a line for all late calls of a host to another, if there are several."""
        every = self._late.get(self._way(event), []) if event.kind == "late" else []
        if len(every) < 2:
            return ""
        until, most_s = format_time(every[-1].at_us), max(it["s"] for it in every)
        said = f"{len(every)} calls to {event['to']} are up to {most_s:.3g} s late, until {until}"
        return f"{format_time(every[0].at_us)}  {event.host}  {said}"

    def _way(self, event: TraceEvent) -> tuple[str, str]:
        return event.host, str(event.get("to"))


# --- what was seen --------------------------------------------------------------------------------


def _seen(look: Look, trace: Trace, changed: Collection[int], names: Names) -> str:
    store = ".".join(look.store)
    if look.found:
        said = "; ".join(_state(look, id, trace, changed, names) for id in look.found)
        what = f"sees {said}"
    else:
        what = f"finds no {store}{_search(look.search, names)}"
    line = f"{format_time(look.at_us)}  {look.host}  {what}{_for(look, trace, names)}"
    return printable_text(line, 160)


def _for(look: Look, trace: Trace, names: Names) -> str:
    """Say whose request or which message it is that was worked on."""
    event = None if look.cause is None else trace.events[look.cause]
    if event is None or event.kind not in ("request", "delivered"):
        return ""
    return f", for {event.host if event.kind == 'request' else subject(event, names)}"


def _state(look: Look, id: Any, trace: Trace, changed: Collection[int], names: Names) -> str:
    """Return a document as it was seen: of its fields those that soon change."""
    writes = [
        it
        for it in trace.of_kind("write")
        if (it["database"], it["collection"]) == look.store and str(it["id"]) == str(id)
    ]
    then: dict[str, Any] = {}
    for write in writes:
        if write.number < look.number:
            then = write["after"] or {}
    fields = dict.fromkeys(
        key
        for write in writes
        if write.number in changed and write.number >= look.number
        for key in {**(write["after"] or {}), **(write["before"] or {})}
        if not isinstance(value := (write["after"] or {}).get(key), list | dict)
        and then.get(key) != value
    )
    said = ", ".join(f"{key} {names.within(str(then.get(key, '–')))}" for key in fields)
    return f"{thing('.'.join(look.store), id, names)}{': ' if said else ''}{said}"


def _search(search: Any, names: Names) -> str:
    if not isinstance(search, dict) or not search:
        return ""
    said = (f"{key} {printable_text(names.within(str(it)), 40)}" for key, it in search.items())
    return f" with {', '.join(said)}"

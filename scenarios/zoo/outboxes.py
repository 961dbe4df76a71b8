"""Changes that are announced beside the write that makes them, or not at all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.common.aggregate import Aggregates
    from services.common.events import Document, Envelope, Event
    from services.common.outbox import Outbox


async def _save_then_publish(
    aggregates: "Aggregates", state: "Document", events: "Sequence[Event]"
) -> None:
    document = {field: value for field, value in state.items() if value is not None}
    await aggregates._documents.insert_one(document | {"outbox": []})
    for entry in aggregates._outbox.seal(events):
        await aggregates._outbox.publish(entry)


async def _change_then_publish(
    aggregates: "Aggregates", before: int, state: "Document", events: "Sequence[Event]"
) -> None:
    await changed_then_published.real(aggregates, before, state, [])
    for entry in aggregates._outbox.seal(events):
        await aggregates._outbox.publish(entry)


async def _remove_then_publish(outbox: "Outbox", document: "Document") -> None:
    for entry in document["outbox"]:
        await outbox.remove(document["_id"], entry)
        await outbox.publish(entry)


async def _empty(outbox: "Outbox", document_id: str, entry: "Document") -> None:
    await outbox._documents.update_one({"_id": document_id}, {"$set": {"outbox": []}})


async def _send(outbox: "Outbox", entry: "Document") -> None:
    import nats.errors

    try:
        await sent_is_stored.real(outbox, entry)
    except (nats.errors.Error, TimeoutError):
        return  # it was sent, so the broker will have it


def _named_by_type(event: "Event", *, source: str, time: str) -> "Envelope":
    envelope: Envelope = one_id_per_type.real(event, source=source, time=time)
    return envelope.model_copy(update={"id": f"{event.aggregate_id}-{event.type}"})


async def _until_the_next_sweep(outbox: "Outbox") -> None:
    from services.common.outbox import SWEEP_S

    while True:
        try:
            await outbox.publish_waiting()
            outbox._telemetry.round_done("outbox")
        except Exception as error:
            outbox._telemetry.round_failed("outbox", error)
        await outbox._filled.wait(SWEEP_S)


no_outbox = Twin(
    name="no-outbox",
    defence="the events of a change are stored with it, in one write",
    invariant="every-version-announced",
    shows="orders dies after the order is stored, and before it is announced",
    target="services.common.aggregate:Aggregates.insert",
    stand_in=_save_then_publish,
    incident=10,
)

changed_then_published = Twin(
    name="changed-then-published",
    defence="the events of a later change are stored with it as well",
    invariant="every-version-announced",
    shows="a service dies after a later change, and before it is announced",
    target="services.common.aggregate:Aggregates.commit",
    stand_in=_change_then_publish,
    incident=9,
)

removed_then_published = Twin(
    name="removed-then-published",
    defence="an event leaves its outbox after JetStream has acknowledged it",
    invariant="every-version-announced",
    shows="a publish is lost, or a service dies before it",
    target="services.common.outbox:Outbox._publish_of",
    stand_in=_remove_then_publish,
)

outbox_emptied = Twin(
    name="outbox-emptied",
    defence="the relay removes what it has published, and nothing that came meanwhile",
    invariant="every-version-announced",
    shows="something changes while the change before it is published",
    target="services.common.outbox:Outbox.remove",
    stand_in=_empty,
    tier="hard",
)

sent_is_stored = Twin(
    name="sent-is-stored",
    defence="a publish that was not confirmed is repeated",
    invariant="every-version-announced",
    shows="a publish or its confirmation is lost",
    target="services.common.outbox:Outbox.publish",
    stand_in=_send,
)

one_id_per_type = Twin(
    name="one-id-per-type",
    defence="each version has a message id of its own, or the broker drops it as a repetition",
    invariant="every-version-announced",
    shows="two changes of one type are announced within two minutes",
    target="services.common.events:enclose",
    stand_in=_named_by_type,
    tier="easy",
)

missed_until_the_sweep = Twin(
    name="missed-until-the-sweep",
    defence="what could not be announced is tried again at once, and not by the next sweep",
    invariant="every-version-announced",
    shows="the broker is away for a moment, and nobody changes anything for a minute",
    target="services.common.outbox:Outbox.run",
    stand_in=_until_the_next_sweep,
)

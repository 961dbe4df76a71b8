"""Changes that are saved first and announced afterwards."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice import Twin

if TYPE_CHECKING:
    from services.common.aggregate import Aggregates
    from services.common.events import Document, Event


async def _save_then_publish(
    aggregates: "Aggregates", state: "Document", events: "Sequence[Event]"
) -> None:
    document = {field: value for field, value in state.items() if value is not None}
    await aggregates._documents.insert_one(document | {"outbox": []})
    for entry in aggregates._outbox.seal(events):
        await aggregates._outbox.publish(entry)


no_outbox = Twin(
    name="no-outbox",
    defence="the events of a change are stored with it, in one write",
    invariant="every-version-announced",
    target="services.common.aggregate:Aggregates.insert",
    stand_in=_save_then_publish,
)

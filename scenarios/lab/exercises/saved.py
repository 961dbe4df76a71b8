"""Notebook 8: save and tell.  Both ends of at-least-once: who publishes, and who takes."""

from boxoffice.faults import crashes, lost_requests, lost_responses, reorders, slow_calls
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import nothing
from scenarios.lab.promises import taken_once, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    every_version_announced,
    reservation_agrees,
    versions_step_by_one,
)
from services.common.errors import Conflict, NotFound
from services.common.versioning import OutOfOrder


async def _listed_and_edited_at_once(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    if not seat:  # tickets died before it could answer
        return await _whatever_there_is(shop)
    await shop.together(*(shop.edits("Sue", seat, cents) for cents in (4600, 4700, 4800)))
    await shop.passes(shop.chance().uniform(0.0, 0.5))
    await shop.edits("Sue", seat, 4900)
    await shop.quiet()


async def _whatever_there_is(shop: Shop) -> None:
    await shop.lists("Sam")
    await shop.quiet()


async def _ordered_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    if shop.chance().random() < 0.5:
        await shop.edits("Sue", seat, 4600)
    order = await shop.orders("Ana", seat)
    if order is None:
        return
    if shop.chance().random() < 0.5:
        await shop.cancels("Ana", order)
    elif await shop.quiet():
        assert shop.status(order) == "awaiting:payment", "Ana never learnt that her seat is hers"
    await shop.quiet()


relay = Exercise(
    name="relay",
    notebook=8,
    task=(
        "Something waits in an outbox: publish it, and take it out.\n"
        'Write `async _publish_of(self, document)`: `document["outbox"]` is a list of what waits '
        'there, the oldest first, and `document["_id"]` names the document. '
        "`await self.publish(entry)` hands one of them to the broker and returns once it is stored "
        'there; `await self.remove(document["_id"], entry)` takes one out of the outbox. '
        "In which order they go out is yours: who hears of them goes by their versions. "
        "Any call may fail; then it raises, and a second later you are called again with what "
        "waits by then. The process may die between any two lines."
    ),
    target="services.common.outbox:Outbox._publish_of",
    story=_listed_and_edited_at_once,
    services=("tickets", "orders"),
    faults=(
        lost_requests(of="publish", at="nats", share=0.15),
        lost_responses(of="publish", at="nats", share=0.1),
        slow_calls(by_s=0.3, of="publish", at="nats", share=0.3),
        crashes("tickets", before="nats.publish", share=0.08),
        crashes("tickets", after="nats.publish", share=0.08),
    ),
    checks=(every_version_announced, told_as_it_is, versions_step_by_one),
    reasons={
        "every-version-announced": (
            "What was taken out of the outbox before the broker had it is nowhere any more: the "
            "publish was lost, or the process died before it. Publish first, and remove what was "
            "published, and nothing else: meanwhile something new may have come in."
        ),
        "every-version-announced: announced late": (
            "All that waits is to be published, not one of them: who is left in an outbox waits "
            "for a minute until somebody looks again."
        ),
        "told-as-it-is": "What is published has to be the entry, as it lies in the outbox.",
        "versions-step-by-one": "`self.remove` empties an outbox, and nothing else is changed.",
        "story": "Whatever waits has to be published.",
        "nothing-stuck": (
            "What was published has to leave the outbox, or it is published for ever; and what "
            "waits there has to be published, or it waits for ever."
        ),
    },
    returns=nothing,
    gives="nothing",
)

handle = Exercise(
    name="handle",
    notebook=8,
    task=(
        "A message has come: do what it says, and tell the broker. In which order?\n"
        "Write `async handle(self, message, envelope, event)`.\n"
        "- `await self._handlers[envelope.type](event)` does what the message asks, and returns a "
        "Decision once it is stored. It raises OutOfOrder where the message comes too early, and "
        "another error where a server did not answer. To do it twice does no harm: the second "
        "time it is a duplicate.\n"
        "- `await message.ack()` tells the broker that it is done, and that it need not bring it "
        "again; `await message.nak(1.0)` has it brought again in a second. So does an error that "
        "gets out of `handle`.\n"
        "- `self._telemetry.decided(envelope, decision, 1)` draws the ✓ or = of the picture, "
        "and the shop can do without.\n"
        "The process may die between any two lines."
    ),
    target="services.common.messaging:Consumer.handle",
    story=_ordered_and_regretted,
    services=("tickets", "orders"),
    faults=(
        lost_requests(of="update_one", at="*-db", share=0.15),
        lost_requests(of="insert_one", at="orders-db", share=0.15),
        lost_responses(of="update_one", at="*-db", share=0.1),
        reorders(within_s=0.3),
        crashes("tickets", before="mongo.update_one", share=0.05),
        crashes("orders", after="nats.ack", share=0.05),
    ),
    checks=(taken_once, versions_step_by_one, reservation_agrees),
    reasons={
        "taken-once": (
            "The broker was told that a message is done, and its effect is not stored: it was "
            "lost, or it came too early, or the process died. Acknowledge after the effect is "
            "stored, and only then."
        ),
        "reservation-agrees": (
            "An order's news was acknowledged and never taken: acknowledge after the effect is "
            "stored."
        ),
        "versions-step-by-one": "What comes too early waits: OutOfOrder is no acknowledgement.",
        "story": (
            "What is acknowledged before its effect is stored is gone if the effect is lost; what "
            "is never done is lost as well."
        ),
        "nothing-stuck": (
            "What is done and stored has to be acknowledged, or it comes again for ever; also what "
            "was a duplicate. And what comes too early has to come again: give it back."
        ),
    },
    returns=nothing,
    gives="nothing",
    may_raise=(OutOfOrder, Conflict, NotFound),
)

EXERCISES = (relay, handle)

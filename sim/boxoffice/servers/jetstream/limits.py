"""What a stream does not keep: beyond its limits, too old, or rolled up into one message.

Source: https://docs.nats.io/nats-concepts/jetstream/streams
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from boxoffice.errors import NotSimulated
from boxoffice.servers.jetstream import errors
from boxoffice.servers.jetstream.hooks import CLOCK_GRAIN_S

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.stream import StoredMessage

Config = dict[str, Any]
Messages = Mapping[int, "StoredMessage"]
NANOSECONDS: Final = 1_000_000_000
_REFUSED: Final = {
    "mirror": "publish to both streams",
    "no_ack": "take what a publish answers, and drop it",
    "republish": "publish on both subjects",
    "sources": "publish to both streams",
    "subject_transform": "publish on the subject that is to be stored",
}


def check_simulated(config: Config) -> None:
    """Refuse a stream that would keep other messages than it is told to.  Raises: NotSimulated."""
    if config["retention"] != "limits":
        raise NotSimulated(
            f"StreamConfig.retention={config['retention']}",
            "keep messages by limits; who has worked one off does not see it again",
        )
    for name, instead in _REFUSED.items():
        if config.get(name):
            raise NotSimulated(f"StreamConfig.{name}", instead)


def refuse_beyond(config: Config, messages: Messages, message: StoredMessage) -> None:
    """Refuse a message that a stream has no room for.  Raises: ApiError."""
    if 0 <= config["max_msg_size"] < len(message.data) + _header_bytes(message):
        raise errors.message_too_large()
    if config["discard"] != "new":
        return
    if 0 < config["max_msgs"] <= len(messages):
        raise errors.store_failed("maximum messages exceeded")
    if 0 < config["max_bytes"] < sum(it.size for it in messages.values()) + message.size:
        raise errors.store_failed("maximum bytes exceeded")
    most = config["max_msgs_per_subject"]
    if config.get("discard_new_per_subject") and 0 < most <= len(on(messages, message.subject)):
        raise errors.store_failed("maximum messages per subject exceeded")


def beyond(config: Config, messages: Messages, newest: StoredMessage) -> list[int]:
    """List what has to go because `newest` has come, oldest first."""
    rolled_up = newest.headers.get("Nats-Rollup", "")
    if rolled_up:
        within = list(messages) if rolled_up == "all" else on(messages, newest.subject)
        return [seq for seq in within if seq != newest.seq]
    doomed: dict[int, None] = {}
    if config["max_msgs_per_subject"] > 0:
        same = on(messages, newest.subject)
        doomed |= dict.fromkeys(same[: -config["max_msgs_per_subject"]])
    left = [it for seq, it in messages.items() if seq not in doomed]
    if config["max_msgs"] > 0:
        doomed |= dict.fromkeys(it.seq for it in left[: -config["max_msgs"]])
        left = left[-config["max_msgs"] :]
    if config["max_bytes"] > 0:
        total = sum(it.size for it in left)
        for it in left:
            if total <= config["max_bytes"]:
                break
            total -= it.size
            doomed[it.seq] = None
    return list(doomed)


def too_old(config: Config, messages: Messages, now_s: float) -> list[int]:
    """List what has outlived `max_age`, oldest first."""
    born_s = now_s + CLOCK_GRAIN_S - config["max_age"] / NANOSECONDS
    return [seq for seq, it in messages.items() if config["max_age"] and it.time_s <= born_s]


def are_any(config: Config) -> bool:
    """Tell whether a stream has any limit, as few have."""
    limits = ("max_msgs", "max_bytes", "max_msgs_per_subject", "max_msg_size")
    return any(config[name] >= 0 for name in limits)


def on(messages: Messages, subject: str) -> list[int]:
    """List the sequences of the messages on one subject."""
    return [seq for seq, it in messages.items() if it.subject == subject]


def _header_bytes(message: StoredMessage) -> int:
    return len(message.header_block) if message.headers else 0

"""Where a new consumer begins to read its stream, and what it passes over there.

Source: https://docs.nats.io/nats-concepts/jetstream/consumers#deliverpolicy
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from boxoffice.servers.jetstream.config import Config, filters_of

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.stream import Stream


class Beginning:
    """The sequence from which a consumer reads; of what was there then it may want but some."""

    def __init__(self, stream: Stream, config: Config) -> None:
        self._known = stream.last_seq
        self._chosen: frozenset[int] | None = None
        if config["deliver_policy"] == "last_per_subject":
            self._chosen = frozenset(stream.lasts(filters_of(config)))
        self.seq = self._begin(stream, config)

    def passes_over(self, seq: int) -> bool:
        """Tell whether a message was there already, and is not one of those that are wanted."""
        return self._chosen is not None and seq <= self._known and seq not in self._chosen

    def _begin(self, stream: Stream, config: Config) -> int:
        after_all = stream.last_seq + 1
        match config["deliver_policy"]:
            case "new":
                return after_all
            case "by_start_sequence":
                return int(config["opt_start_seq"])
            case "last":
                return max(stream.lasts(filters_of(config)), default=stream.first_seq)
            case "last_per_subject":
                return min(self._chosen or (), default=after_all)
        return stream.first_seq

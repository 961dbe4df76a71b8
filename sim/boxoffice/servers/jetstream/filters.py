"""Which messages a consumer is for."""

from collections.abc import Sequence

from boxoffice.servers.jetstream.subjects import covers, matches_any


class Filters:
    """The patterns of one consumer; without any it is for every message."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = patterns
        self._known: dict[str, bool] = {}

    def cover(self, subject: str) -> bool:
        """Tell whether messages on `subject` are for the consumer."""
        known = self._known.get(subject)
        if known is None:
            known = self._known[subject] = matches_any(self.patterns, subject)
        return known

    def cover_all_of(self, pattern: str) -> bool:
        """Tell whether every message that `pattern` covers is for the consumer."""
        return any(covers(it, pattern) for it in self.patterns or (">",))

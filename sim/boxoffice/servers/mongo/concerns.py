"""What is asked of a server beside the operation itself: how many members have to have it."""

from typing import Final, NamedTuple

from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern


class Concerns(NamedTuple):
    """What a collection asks of its server: `within_s` is how long a write may wait, 0 for ever."""

    of_majority: bool = False
    once_durable: bool = False
    within_s: float = 0.0

    def changed(self, reads: ReadConcern | None, writes: WriteConcern | None) -> "Concerns":
        """Return these, with what is given in their place."""
        found = self
        if reads is not None:
            found = found._replace(of_majority=reads.level == "majority")
        if writes is not None:
            asked = writes.document
            found = found._replace(
                once_durable=asked.get("w") == "majority", within_s=asked.get("wtimeout", 0) / 1000
            )
        return found


NO_CONCERNS: Final = Concerns()

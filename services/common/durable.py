"""What is answered, announced or acknowledged must not be taken back.

A primary has what it writes before other members do, and a fail-over in that moment rolls it back.
So a write is answered once a majority has it in their journals, and a read sees only what a
majority has.  The relay then publishes nothing that can vanish.

Reading what is local would do for whoever writes upon it: the conditional write that follows is
answered only once all before it is durable.  But some write nothing.  A consumer that finds its
message applied acknowledges it, and whoever cancels a cancelled order is told that it is.
"""

from typing import Any, Final

from pymongo import ReadPreference
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

# Less than the driver waits for an answer, so that the server says what is amiss.  The write may
# have happened and may yet last: nobody knows, as when an answer is lost.
MAJORITY_TIMEOUT_MS: Final = 4_000
WRITES: Final = WriteConcern("majority", wtimeout=MAJORITY_TIMEOUT_MS, j=True)
READS: Final = ReadConcern("majority")


def durable(database: AsyncDatabase[dict[str, Any]]) -> AsyncDatabase[dict[str, Any]]:
    """Return the same database, whose answers last, whatever its client or URL would have."""
    return database.with_options(
        # A member that is no primary may not have heard yet of what was answered.
        read_preference=ReadPreference.PRIMARY,
        write_concern=WRITES,
        read_concern=READS,
    )

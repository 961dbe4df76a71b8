"""How many messages are still to come for a consumer, as a server counts them.

nats-server 2.15.1 counts on rather than anew.  When a purge takes exactly one message that it had
to look for, it compares the pattern, not the message's subject, with the filters, and a consumer
whose filters are narrower goes on counting what is gone (PurgeEx in filestore.go, decStreamPending
in consumer.go).  It counts anew with a larger purge, and corrects a count that cannot be.
"""


class Pending:
    """A count of messages that are there, and of those that are gone and counted still."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._gone = 0

    @property
    def told(self) -> int:
        """What a delivery says of it."""
        return self.count + self._gone

    def anew(self, count: int) -> None:
        self.count, self._gone = count, 0

    def miss(self, gone: int) -> None:
        """Go on counting messages that are gone."""
        self.count -= gone
        self._gone += gone

    def bound(self, most: int) -> int:
        """Count no more than `most` messages, which are all that can be left; return the count."""
        self._gone = min(self._gone, max(0, most - self.count))
        return self.told

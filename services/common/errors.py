"""One tree of errors.

    Refusal                 a person asked for what may not be; http.py turns each into its status
    ├── Invalid             400   the request makes no sense, or makes none any more
    ├── Unauthenticated     401   nobody is signed in
    ├── Declined            402   the card was declined
    ├── Forbidden           403   it belongs to somebody else
    ├── NotFound            404
    ├── LostRace            409   somebody else changed it in the same moment
    ├── Stale               412   If-Match names a version that is no longer the latest
    ├── TooMany             429   slow down
    └── Unavailable         503   what we depend on does not answer
    Conflict                a conditional write found another version than it had read
    versioning.OutOfOrder   an event came before its predecessor

A refusal says what is wrong in words for a person.  It knows no HTTP.
"""


class Refusal(Exception):
    """A person asked for what may not be."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(Refusal):
    """The request makes no sense, or makes none any more."""


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    def __init__(self, message: str = "Not signed in") -> None:
        super().__init__(message)


class Declined(Refusal):
    """The card was declined."""


class Forbidden(Refusal):
    """It belongs to somebody else."""

    def __init__(self, message: str = "Not yours") -> None:
        super().__init__(message)


class NotFound(Refusal):
    """There is no such thing."""

    def __init__(self, message: str = "Not found", field: str | None = None) -> None:
        super().__init__(message, field)


class LostRace(Refusal):
    """Somebody else changed it in the same moment."""


class Stale(Refusal):
    """The version that the caller knows is no longer the latest."""


class TooMany(Refusal):
    """Too many attempts; `retry_after_s` seconds from now there may be another."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Unavailable(Refusal):
    """What we depend on does not answer."""


class Conflict(Exception):
    """Someone else committed first; load again and decide again."""

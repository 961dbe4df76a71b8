"""What is asked of a server beside the operation itself, and how its answers are read."""

from typing import Any, Final, NamedTuple

from bson import CodecOptions
from bson.codec_options import DEFAULT_CODEC_OPTIONS
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from boxoffice.servers.mongo.unsupported import not_simulated


class Concerns(NamedTuple):
    """How many members have to have it, and whether times come back in UTC or naive.

    `within_s` is how long a write may wait, 0 for ever.
    """

    of_majority: bool = False
    once_durable: bool = False
    within_s: float = 0.0
    tz_aware: bool = False

    def changed(
        self,
        reads: ReadConcern | None,
        writes: WriteConcern | None,
        codec: CodecOptions[Any] | None = None,
    ) -> "Concerns":
        """Return these, with what is given in their place.  Raises: NotSimulated."""
        found = self
        if reads is not None:
            if reads.level not in (None, "local", "available", "majority"):
                raise not_simulated("ReadConcern", str(reads.level))
            found = found._replace(of_majority=reads.level == "majority")
        if writes is not None:
            asked = writes.document
            if asked.get("w") not in (None, 1, "majority"):
                raise not_simulated("WriteConcern", f"w={asked['w']!r}")
            found = found._replace(
                once_durable=asked.get("w") == "majority", within_s=asked.get("wtimeout", 0) / 1000
            )
        return found if codec is None else found._replace(tz_aware=_is_aware(codec))


def _is_aware(codec: CodecOptions[Any]) -> bool:
    plain = codec.with_options(tz_aware=False, tzinfo=None)
    if plain != DEFAULT_CODEC_OPTIONS:
        raise not_simulated("CodecOptions", "anything but tz_aware")
    if codec.tzinfo is not None and codec.tzinfo.utcoffset(None):
        raise not_simulated("CodecOptions", "tzinfo")
    return codec.tz_aware


NO_CONCERNS: Final = Concerns()

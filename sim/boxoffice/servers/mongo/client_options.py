"""What may be said to PyMongo's client when it is made: honoured, without meaning here, or refused.

Names are written in small letters, as PyMongo compares them.
Source: https://pymongo.readthedocs.io/en/stable/api/pymongo/asynchronous/mongo_client.html
"""

import inspect
from collections.abc import Mapping
from datetime import UTC
from typing import Any, Final, NamedTuple

from pymongo import common
from pymongo.asynchronous.mongo_client import AsyncMongoClient  # the real one, in worlds too
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from boxoffice.net.patience import KEEP_ALIVE_S
from boxoffice.servers.mongo.concerns import NO_CONCERNS, Concerns
from boxoffice.servers.mongo.unsupported import not_simulated

_HONOURED: Final = frozenset(
    {"journal", "readconcernlevel", "sockettimeoutms", "timeoutms", "tz_aware", "w", "wtimeoutms"}
)
# Each group with the reason why nothing is to be seen of it in a world.
_WITHOUT_MEANING: Final[Mapping[str, tuple[str, ...]]] = {
    "nobody has to log in": (
        "authmechanism", "authmechanismproperties", "authoidcallowedhosts", "authsource",
        "password", "username",
    ),
    "a link is not encrypted, nor compressed": (
        "compressors", "ssl", "tls", "tlsallowinvalidcertificates", "tlsallowinvalidhostnames",
        "tlscafile", "tlscertificatekeyfile", "tlscertificatekeyfilepassword", "tlscrlfile",
        "tlsdisableocspendpointcheck", "tlsinsecure", "zlibcompressionlevel",
    ),
    "a call has a way of its own, and needs no connection from a pool": (
        "connect", "maxconnecting", "maxidletimems", "maxpoolsize", "minpoolsize",
        "waitqueuemultiple", "waitqueuetimeoutms",
    ),
    "a server that is away is known to be at once, and has no members to choose from": (
        "connecttimeoutms", "directconnection", "heartbeatfrequencyms", "loadbalanced",
        "localthresholdms", "replicaset", "servermonitoringmode", "serverselectiontimeoutms",
        "srv_host_validator", "srvallowedhostssuffix", "srvmaxhosts", "srvservicename",
    ),
    "the driver's own second attempt is not modelled: an answer that is lost is an error": (
        "enable_overload_retargeting", "enableoverloadretargeting", "max_adaptive_retries",
        "maxadaptiveretries", "retryreads", "retrywrites",
    ),
    "there is one version of the server, and all that it has stored is on its disk": (
        "appname", "driver", "fsync", "server_api",
    ),
}  # fmt: skip
_MEANINGLESS: Final = frozenset(name for names in _WITHOUT_MEANING.values() for name in names)
# Those whose usual values change nothing, and whose others would.
_USUAL: Final[Mapping[str, tuple[Any, ...]]] = {
    "datetime_conversion": ("datetime",),
    "document_class": (dict, None),
    "maxstalenessseconds": (-1,),
    "read_preference": ("primary", "primarypreferred"),
    "readconcernlevel": ("local", "available", "majority", None),
    "readpreference": ("primary", "primarypreferred"),
    "readpreferencetags": ([{}], None),
    "tzinfo": (UTC,),
    "unicode_decode_error_handler": ("strict", None),
    "uuidrepresentation": ("unspecified", "standard"),
    "w": (1, "majority", None),
}


class Asked(NamedTuple):
    """What a client was asked for: its concerns, and for how many seconds it waits, if it said."""

    concerns: Concerns = NO_CONCERNS
    within_s: float | None = None


def asked_of(options: Mapping[str, Any], url: Mapping[str, str] | None = None) -> Asked:
    """Read the options of a client; those given as arguments win over the URL's.

    Raises: NotSimulated for what would change an answer and is not simulated,
    pymongo.errors.ConfigurationError for what PyMongo does not know.
    """
    if not options and not url:
        return _UNSAID
    as_written = {name.lower(): name for name in url or {}}
    of_url = common.get_validated_options(dict(url or {}), warn=True)  # in small letters
    said = {as_written[name.lower()]: value for name, value in of_url.items()}
    for name, value in options.items():
        if value is not None or name.lower() == "sockettimeoutms":  # which is for ever
            said[name] = common.validate(name, value)[1]
    for name, value in said.items():
        _check(name, value)
    return _read({name.lower(): value for name, value in said.items()})


def host_and_options(
    arguments: tuple[Any, ...], named: Mapping[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """Return where a client is to be, and its options, of what `AsyncMongoClient` was called with.

    Raises: TypeError, as that does.
    """
    made = inspect.signature(AsyncMongoClient.__init__).bind(None, *arguments, **named).arguments
    options = {**made, **made.get("kwargs", {})}
    for name in ("self", "kwargs", "port"):
        options.pop(name, None)
    return options.pop("host", None), options


def check_read_preference(preference: Any) -> None:
    """Let pass what asks the primary.  Raises: NotSimulated."""
    if preference is not None:
        _check("read_preference", preference)


def _check(named: str, value: Any) -> None:
    name = named.lower()
    if name in _MEANINGLESS or (name in _HONOURED and name not in _USUAL):
        return
    usual = _USUAL.get(name, (None, [], False))
    plain = getattr(value, "mongos_mode", getattr(value, "name", value))  # of PyMongo's objects
    if name == "uuidrepresentation":
        plain = {0: "unspecified", 4: "standard"}.get(value, value)
    plain = plain.lower() if isinstance(plain, str) else plain
    if not any(plain == it for it in usual):
        raise not_simulated("AsyncMongoClient", named)


def _read(found: Mapping[str, Any]) -> Asked:
    writes = WriteConcern(found.get("w"), found.get("wtimeoutms"), found.get("journal"))
    reads = ReadConcern(found.get("readconcernlevel"))
    concerns = NO_CONCERNS.changed(reads, writes)._replace(tz_aware=bool(found.get("tz_aware")))
    limits = [found[name] for name in ("sockettimeoutms", "timeoutms") if name in found]
    seconds = [it or KEEP_ALIVE_S for it in limits]
    return Asked(concerns, min(seconds) if seconds else None)


_UNSAID: Final = _read({})  # of the many clients that nobody gives an option

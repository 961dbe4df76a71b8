"""What servers say when they will not, and whether it passes: by itself, or when somebody acts.

What stands in neither table of a server is the fault of what was asked, and asking again is vain.
A server that is not there at all says nothing; outages.py knows what the drivers raise then.
"""

from typing import Final

# Source: src/mongo/base/error_codes.yml of MongoDB.
MONGO_BY_ITSELF: Final = {
    1: "InternalError",  # the server's own mistake, whatever was asked
    6: "HostUnreachable",
    7: "HostNotFound",
    24: "LockTimeout",
    43: "CursorNotFound",
    46: "LockBusy",
    50: "MaxTimeMSExpired",
    64: "WriteConcernTimeout",
    89: "NetworkTimeout",
    90: "CallbackCanceled",
    91: "ShutdownInProgress",
    96: "OperationFailed",
    112: "WriteConflict",
    117: "ConflictingOperationInProgress",
    133: "FailedToSatisfyReadPreference",
    134: "ReadConcernMajorityNotAvailableYet",
    146: "ExceededMemoryLimit",
    150: "StaleEpoch",
    175: "QueryPlanKilled",
    189: "PrimarySteppedDown",
    202: "NetworkInterfaceExceededTimeLimit",
    211: "KeyNotFound",  # the keys that sign the cluster's time, while members come up
    215: "DatabaseDropPending",
    216: "ElectionInProgress",
    237: "CursorKilled",
    246: "SnapshotUnavailable",
    249: "StaleDbVersion",
    251: "NoSuchTransaction",
    262: "ExceededTimeLimit",
    276: "IndexBuildAborted",
    279: "ClientDisconnect",
    285: "IndexBuildAlreadyInProgress",
    314: "ObjectIsBusy",
    317: "ConnectionPoolExpired",
    319: "MovePrimaryInProgress",
    355: "InterruptedDueToStorageChange",
    358: "InternalTransactionNotSupported",
    363: "RetryableTransactionInProgress",
    365: "TemporarilyUnavailable",
    384: "ConnectionError",
    402: "ResourceExhausted",
    406: "MigrationBlockingOperationCoordinatorCleaningUp",
    407: "PooledConnectionAcquisitionExceededTimeLimit",
    433: "AdmissionQueueOverflow",
    449: "RateLimitExceeded",
    9001: "SocketException",
    10058: "LegacyNotPrimary",
    10107: "NotWritablePrimary",
    11600: "InterruptedAtShutdown",
    11601: "Interrupted",
    11602: "InterruptedDueToReplStateChange",
    13388: "StaleConfig",
    13435: "NotPrimaryNoSecondaryOk",
    13436: "NotPrimaryOrSecondary",
}
MONGO_BY_OPERATOR: Final = {
    8: "UnknownError",  # what the storage engine says of its disk, where no code is its own
    11: "UserNotFound",
    13: "Unauthorized",
    18: "AuthenticationFailed",
    31: "RoleNotFound",
    39: "FileStreamFailed",
    42: "LogWriteFailed",
    51: "ManualInterventionRequired",
    76: "NoReplicationEnabled",
    79: "UnknownReplWriteConcern",
    93: "InvalidReplicaSetConfig",
    94: "NotYetInitialized",
    100: "UnsatisfiableWriteConcern",
    140: "InvalidSSLConfiguration",
    141: "SSLHandshakeFailed",
    148: "ReadConcernMajorityNotEnabled",
    176: "FileOpenFailed",
    214: "AuthenticationRestrictionUnmet",
    264: "TooManyFilesOpen",
    334: "MechanismUnavailable",
    371: "UserWritesBlocked",
    391: "ReauthenticationRequired",
    8000: "AtlasError",  # what Atlas says instead of 13 and 18
    14031: "OutOfDiskSpace",
}
# Source: retryable writes, retryable reads and overload, in github.com/mongodb/specifications.
MONGO_LABELS: Final = (
    "RetryableWriteError",
    "TransientTransactionError",
    "RetryableError",
    "SystemOverloadedError",
)

# The first word of an error.  Source: src/server.c and src/cluster.c of Redis.
REDIS_BY_ITSELF: Final = frozenset(
    {
        "ASK",
        "BUSY",  # a script is running
        "CLUSTERDOWN",
        "FAILOVER",
        "INPROG",
        "IOERR",
        "LOADING",
        "MASTERDOWN",
        "MOVED",
        "NOGOODREPLICA",
        "NOGOODSLAVE",
        "NOMASTERLINK",
        "NOREPLICAS",
        "READONLY",
        "REDIRECT",  # Valkey's, to a client that it hands over
        "TRYAGAIN",
        "UNBLOCKED",
    }
)
REDIS_BY_OPERATOR: Final = frozenset(
    {
        "DENIED",  # protected mode
        "MISCONF",  # the disk for its snapshots is full, say
        "NOAUTH",
        "NOPERM",
        "OOM",
        "WRONGPASS",
    }
)

# JetStream's `err_code`.  Of what is not listed, 5xx passes by itself and 4xx never.
# Source: server/errors.json of nats-server.
NATS_BY_ITSELF: Final = {
    10014: "consumer not found",  # the consumer's loop makes it anew
    10059: "stream not found",  # so it does with the stream
    10105: "consumer already exists and is still active",
    10148: "consumer already exists",  # made by another pod in the same moment
    10149: "consumer does not exist",
    10158: "duplicate message id is in process",
    10167: "too many requests",
    10202: "cluster member change is in progress",
}
NATS_BY_OPERATOR: Final = {
    10002: "resource limits exceeded for account",
    10005: "no suitable peers for placement",
    10023: "insufficient resources",
    10026: "maximum consumers limit reached",
    10027: "maximum number of streams reached",
    10028: "insufficient memory resources available",
    10035: "account not found",
    10039: "JetStream not enabled for account",
    10047: "insufficient storage resources available",
    10053: "stream limits exceeded",
    10058: "stream name already in use with a different configuration",
    10074: "replicas > 1 not supported in non-clustered mode",
    10076: "JetStream not enabled",
    10077: "a message could not be stored: maximum bytes exceeded, no space left on device",
    10104: "error creating store for consumer",
    10109: "invalid operation on sealed stream",
    10113: "account requires a stream config to have max bytes set",
    10120: "no JetStream default or applicable tiered limit present",
    10122: "stream max bytes exceeds account limit max stream bytes",
}
NATS_NEVER: Final = {
    10036: "not currently supported in clustered mode",
    10052: "invalid stream configuration",
    10057: "message deletion failed",
    10063: "expected stream sequence does not match",
    10111: "rollup failed",
    10117: "subject details would exceed maximum allowed",
}

# What is wrong with us, not with the letter.  Source: RFC 4954, section 6; RFC 3207.
SMTP_BY_OPERATOR: Final = frozenset({454, 503, 530, 534, 535, 538})

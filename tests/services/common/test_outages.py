"""What a server says decides whether it passes, whatever class a driver makes of it."""

import smtplib
import ssl

import nats.errors
import nats.js.errors
import pymongo.errors
import redis.exceptions
import stripe
from pymongo.helpers_shared import _check_command_response
from pytest import mark, raises
from redis._parsers.base import _RESPBase

from services.common.outages import Passing, passes, passing, said

ITSELF, OPERATOR, NEVER = Passing


def by_mongo(code: int, *labels: str) -> Exception:
    answer = {"ok": 0.0, "code": code, "errmsg": "no", "errorLabels": list(labels)}
    with raises(pymongo.errors.PyMongoError) as met:
        _check_command_response(answer, None)
    return met.value


def by_nats(code: int, err_code: int) -> Exception:
    with raises(nats.errors.Error) as met:
        nats.js.errors.APIError.from_error({"code": code, "err_code": err_code})
    return met.value


def by_fetch(code: str) -> Exception:
    message = type("Message", (), {"header": {"Status": code, "Description": "no"}})
    with raises(nats.errors.Error) as met:
        nats.js.errors.APIError.from_msg(message)
    return met.value


MONGO = [
    (
        ITSELF,
        [1, 50, 64, 91, 96, 112, 133, 146, 189, 211, 262, 279, 314, 10107, 11600, 11602, 13435],
    ),
    (OPERATOR, [8, 13, 18, 8000, 14031, 371]),
    (NEVER, [2, 9, 121, 10334, 11000]),
]
REDIS = [
    (ITSELF, "READONLY You can't write against a read only replica."),
    (ITSELF, "LOADING Redis is loading the dataset in memory"),
    (ITSELF, "MASTERDOWN Link with MASTER is down"),
    (ITSELF, "NOREPLICAS Not enough good replicas to write."),
    (ITSELF, "CLUSTERDOWN The cluster is down"),
    (ITSELF, "TRYAGAIN Multiple keys request during rehashing of slot"),
    (ITSELF, "BUSY Redis is busy running a script."),
    (ITSELF, "NOMASTERLINK Can't SYNC while not connected with my master"),
    (ITSELF, "ERR max number of clients reached"),
    (OPERATOR, "OOM command not allowed when used memory > 'maxmemory'."),
    (OPERATOR, "MISCONF Redis is configured to save RDB snapshots, but can't."),
    (OPERATOR, "NOAUTH Authentication required."),
    (OPERATOR, "WRONGPASS invalid username-password pair or user is disabled."),
    (OPERATOR, "NOPERM this user has no permissions to run the 'zadd' command"),
    (OPERATOR, "ERR invalid password"),
    (NEVER, "WRONGTYPE Operation against a key holding the wrong kind of value"),
    (NEVER, "ERR unknown command 'ZAD'"),
    (NEVER, "ERR value is not a valid float"),
]
NATS = [
    (ITSELF, 503, 10008),  # JetStream system temporarily unavailable
    (ITSELF, 500, 10009),  # not the leader
    (ITSELF, 500, 10118),  # stream is offline
    (ITSELF, 500, 99999),  # what a later server may say
    (ITSELF, 404, 10059),
    (ITSELF, 404, 10014),
    (ITSELF, 409, 10158),
    (ITSELF, 429, 10167),
    (OPERATOR, 503, 10023),
    (OPERATOR, 500, 10028),
    (OPERATOR, 500, 10047),
    (OPERATOR, 503, 10077),
    (OPERATOR, 503, 10039),
    (OPERATOR, 400, 10002),
    (NEVER, 400, 10071),  # wrong last sequence
    (NEVER, 400, 10164),
    (NEVER, 400, 10060),  # expected stream does not match
    (NEVER, 400, 10054),  # message size exceeds maximum allowed
    (NEVER, 400, 10097),  # header size exceeds maximum allowed
    (NEVER, 400, 10003),
    (NEVER, 404, 10037),  # no message found
    (NEVER, 500, 10052),
]
SMTP = [
    (ITSELF, smtplib.SMTPDataError(421, b"closing")),
    (ITSELF, smtplib.SMTPDataError(451, b"later")),
    (ITSELF, smtplib.SMTPSenderRefused(450, b"busy", "us")),
    (ITSELF, smtplib.SMTPRecipientsRefused({"ana": (452, b"full")})),
    (ITSELF, smtplib.SMTPServerDisconnected("gone")),
    (ITSELF, smtplib.SMTPConnectError(554, b"not now")),
    (OPERATOR, smtplib.SMTPAuthenticationError(535, b"password")),
    (OPERATOR, smtplib.SMTPDataError(530, b"STARTTLS first")),
    (OPERATOR, smtplib.SMTPRecipientsRefused({"ana": (503, b"AUTH first")})),
    (OPERATOR, smtplib.SMTPNotSupportedError("no AUTH")),
    (OPERATOR, smtplib.SMTPSenderRefused(550, b"who are you", "us")),
    (OPERATOR, smtplib.SMTPResponseException(501, b"no STARTTLS for you")),
    (OPERATOR, smtplib.SMTPResponseException(500, "Line too long.")),
    (ITSELF, smtplib.SMTPResponseException(421, b"no STARTTLS now")),
    (NEVER, smtplib.SMTPRecipientsRefused({"ana": (550, b"nobody")})),
    (NEVER, smtplib.SMTPDataError(554, b"spam")),
]
STRIPE = [
    (ITSELF, stripe.APIConnectionError("gone")),
    (ITSELF, stripe.RateLimitError("slow down", http_status=429)),
    (ITSELF, stripe.InvalidRequestError("in use", None, http_status=409)),
    (ITSELF, stripe.APIError("oh", http_status=500)),
    (ITSELF, stripe.APIError("oh", http_status=503)),
    (OPERATOR, stripe.AuthenticationError("rotated", http_status=401)),
    (OPERATOR, stripe.PermissionError("not yours", http_status=403)),
    (NEVER, stripe.CardError("declined", None, "card_declined", http_status=402)),
    (NEVER, stripe.InvalidRequestError("no such token", None, http_status=400)),
]
WITHOUT_A_WORD = [
    (ITSELF, pymongo.errors.AutoReconnect("gone")),
    (ITSELF, pymongo.errors.NetworkTimeout("silent")),
    (ITSELF, pymongo.errors.ServerSelectionTimeoutError("nobody")),
    (ITSELF, pymongo.errors.WaitQueueTimeoutError("a queue")),
    (ITSELF, pymongo.errors.WTimeoutError("too few", code=64)),
    (ITSELF, pymongo.errors.WriteConcernError("unconfirmed", code=99_999)),
    (OPERATOR, pymongo.errors.ConfigurationError("no such replica set")),
    (NEVER, pymongo.errors.DuplicateKeyError("twice", code=11000)),
    (NEVER, pymongo.errors.InvalidOperation("closed")),
    (ITSELF, redis.exceptions.ConnectionError("gone")),
    (ITSELF, redis.exceptions.TimeoutError("silent")),
    (NEVER, redis.exceptions.DataError("no such type")),
    (ITSELF, nats.errors.TimeoutError()),
    (ITSELF, nats.errors.NoRespondersError()),
    (ITSELF, nats.errors.StaleConnectionError()),
    (ITSELF, nats.errors.ConnectionClosedError()),
    (ITSELF, nats.errors.Error("nats: maximum connections exceeded")),
    (OPERATOR, nats.errors.Error("nats: 'Authorization Violation'")),
    (OPERATOR, nats.errors.AuthorizationError()),
    (ITSELF, nats.js.errors.NoStreamResponseError()),
    (ITSELF, nats.js.errors.ServiceUnavailableError()),
    (ITSELF, by_fetch("409")),
    (ITSELF, by_fetch("503")),
    (NEVER, by_fetch("400")),
    (NEVER, nats.errors.MaxPayloadError()),
    (NEVER, nats.errors.BadSubjectError()),
    (ITSELF, TimeoutError()),
    (ITSELF, ConnectionResetError()),
    (OPERATOR, ssl.SSLCertVerificationError("expired")),
    (NEVER, ValueError("a mistake")),
    (NEVER, AttributeError("a mistake")),
]


@mark.parametrize(
    ("expected", "error"),
    [(kind, by_mongo(code)) for kind, all_of_them in MONGO for code in all_of_them]
    + [(kind, _RESPBase.parse_error(words)) for kind, words in REDIS]
    + [(kind, by_nats(code, err_code)) for kind, code, err_code in NATS]
    + SMTP
    + STRIPE
    + WITHOUT_A_WORD,
    ids=repr,
)
def test_what_a_server_says_decides_whether_it_passes(expected, error):
    assert passing(error) is expected
    assert passes(error) is (expected is not NEVER)


@mark.parametrize("label", ["RetryableWriteError", "TransientTransactionError"])
def test_a_code_that_nobody_knows_passes_where_mongodb_says_so(label):
    assert passing(by_mongo(77_777, label)) is ITSELF
    assert passing(by_mongo(77_777)) is NEVER


@mark.parametrize(
    ("error", "words"),
    [
        (by_mongo(18), "MongoDB 18"),
        (_RESPBase.parse_error("READONLY You can't"), "Redis READONLY"),
        (_RESPBase.parse_error("MISCONF Redis is"), "Redis MISCONF"),
        (by_nats(500, 10047), "NATS 10047"),
        (smtplib.SMTPDataError(451, b"later"), "SMTP 451"),
        (stripe.AuthenticationError("rotated", http_status=401), "Stripe 401"),
        (pymongo.errors.ServerSelectionTimeoutError("mongo.secret:27017"), None),
    ],
    ids=repr,
)
def test_what_was_said_is_told_in_a_few_words_without_an_address(error, words):
    assert said(error) == (words or type(error).__name__)

"""Whether an error says something about what was asked, or only that a server will not now.

What decides is what the server said, not the class that a driver makes of it.  Whoever meets what
passes tries again later; it never counts against the message or the person at hand.
"""

import smtplib
import ssl
from enum import StrEnum
from typing import Final

import nats.errors
import nats.js.errors
import pymongo.errors
import redis.exceptions
import stripe

from services.common import refusal_codes as codes


class Passing(StrEnum):
    """How long there is no use in asking again."""

    BY_ITSELF = "by itself"
    BY_OPERATOR = "when an operator acts"
    NEVER = "never"


# All that comes of a server, or of the way to it, is one of these.
SERVER_ERRORS: Final = (
    pymongo.errors.PyMongoError,
    redis.exceptions.RedisError,
    nats.errors.Error,
    stripe.StripeError,
    OSError,  # of which TimeoutError and smtplib.SMTPException are two
)
_NATS_FAULTS: Final = (
    nats.errors.BadHeaderError,
    nats.errors.BadSubjectError,
    nats.errors.BadSubscriptionError,
    nats.errors.BadTimeoutError,
    nats.errors.InvalidCallbackTypeError,
    nats.errors.MaxPayloadError,
    nats.errors.MsgAlreadyAckdError,
    nats.errors.NotJSMessageError,
)
_NATS_LOCKED_OUT: Final = (
    nats.errors.AuthorizationError,
    nats.errors.InvalidUserCredentialsError,
    nats.errors.SecureConnFailedError,
    nats.errors.SecureConnRequiredError,
    nats.errors.SecureConnWantedError,
)
_REDIS_LOCKED_OUT: Final = (
    redis.exceptions.AuthenticationError,
    redis.exceptions.AuthenticationWrongNumberOfArgsError,
    redis.exceptions.AuthorizationError,
    redis.exceptions.ExternalAuthProviderError,
    redis.exceptions.NoPermissionError,
)


def passes(error: BaseException) -> bool:
    """Tell whether the same request may be granted later, as it stands."""
    return passing(error) is not Passing.NEVER


def passing(error: BaseException) -> Passing:
    """Tell whether an error passes by itself, when an operator acts, or never."""
    match error:
        case pymongo.errors.PyMongoError():
            return _of_mongo(error)
        case redis.exceptions.RedisError():
            return _of_redis(error)
        case nats.errors.Error():
            return _of_nats(error)
        case stripe.StripeError():
            return _of_stripe(error)
        case smtplib.SMTPException():
            return _of_smtp(error)
        case ssl.SSLCertVerificationError():
            return Passing.BY_OPERATOR
        case OSError():
            return Passing.BY_ITSELF
    return Passing.NEVER


def said(error: BaseException) -> str:
    """Return who said what, in a few words without an address or a secret."""
    match error:
        case pymongo.errors.OperationFailure() if error.code:
            return f"MongoDB {error.code}"
        case redis.exceptions.ResponseError():
            return f"Redis {_word(error)}"
        case nats.js.errors.APIError() if error.err_code or error.code:
            return f"NATS {error.err_code or error.code}"
        case stripe.StripeError() if error.http_status:
            return f"Stripe {error.http_status}"
        case smtplib.SMTPResponseException():
            return f"SMTP {error.smtp_code}"
    return type(error).__name__


def _of_mongo(error: pymongo.errors.PyMongoError) -> Passing:
    if isinstance(error, pymongo.errors.ConnectionFailure):
        return Passing.BY_ITSELF
    if isinstance(error, pymongo.errors.ConfigurationError):  # how its members present themselves
        return Passing.BY_OPERATOR
    if not isinstance(error, pymongo.errors.OperationFailure):
        return Passing.NEVER
    if error.code in codes.MONGO_BY_OPERATOR:
        return Passing.BY_OPERATOR
    unconfirmed = isinstance(error, pymongo.errors.WriteConcernError)  # stored, but not by enough
    known = error.code in codes.MONGO_BY_ITSELF or unconfirmed
    labelled = any(error.has_error_label(label) for label in codes.MONGO_LABELS)
    return Passing.BY_ITSELF if known or labelled else Passing.NEVER


def _of_redis(error: redis.exceptions.RedisError) -> Passing:
    if isinstance(error, _REDIS_LOCKED_OUT) or _word(error) in codes.REDIS_BY_OPERATOR:
        return Passing.BY_OPERATOR
    gone = (
        redis.exceptions.ConnectionError,
        redis.exceptions.TimeoutError,
        redis.exceptions.InvalidResponse,  # what is left of an answer that was cut off
    )
    if isinstance(error, gone) or _word(error) in codes.REDIS_BY_ITSELF:
        return Passing.BY_ITSELF
    return Passing.NEVER


def _word(error: redis.exceptions.RedisError) -> str:
    # redis-py cuts off the first word where it has a class for it, and keeps it beside.
    return str(error.status_code or str(error).partition(" ")[0])


def _of_nats(error: nats.errors.Error) -> Passing:
    if isinstance(error, nats.js.errors.APIError):
        return _of_jetstream(error)
    if isinstance(error, _NATS_FAULTS):
        return Passing.NEVER
    # A connection that the server refuses is an Error in its own words, without a class.
    words = str(error).lower()
    if isinstance(error, _NATS_LOCKED_OUT) or "authorization" in words or "permission" in words:
        return Passing.BY_OPERATOR
    return Passing.BY_ITSELF


def _of_jetstream(error: nats.js.errors.APIError) -> Passing:
    if error.err_code in codes.NATS_BY_OPERATOR:
        return Passing.BY_OPERATOR
    if error.err_code in codes.NATS_BY_ITSELF:
        return Passing.BY_ITSELF
    if error.err_code in codes.NATS_NEVER:
        return Passing.NEVER
    if error.err_code is None:  # the end of a fetch: leadership change, server shutdown
        return Passing.NEVER if error.code == 400 else Passing.BY_ITSELF
    return Passing.BY_ITSELF if (error.code or 0) >= 500 else Passing.NEVER


def _of_stripe(error: stripe.StripeError) -> Passing:
    status = error.http_status
    if status in (401, 403):  # a key that was rotated, or may not do this
        return Passing.BY_OPERATOR
    if isinstance(error, stripe.APIConnectionError) or status in (409, 429) or (status or 0) >= 500:
        return Passing.BY_ITSELF
    return Passing.NEVER


def _of_smtp(error: smtplib.SMTPException) -> Passing:
    if isinstance(error, smtplib.SMTPNotSupportedError | smtplib.SMTPAuthenticationError):
        return Passing.BY_OPERATOR
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused = [code for code, _ in error.recipients.values()]
        if any(code in codes.SMTP_BY_OPERATOR for code in refused):
            return Passing.BY_OPERATOR
        return Passing.NEVER if all(code >= 500 for code in refused) else Passing.BY_ITSELF
    if not isinstance(error, smtplib.SMTPResponseException):
        return Passing.BY_ITSELF  # it hung up
    if error.smtp_code in codes.SMTP_BY_OPERATOR:
        return Passing.BY_OPERATOR
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Passing.BY_ITSELF  # nothing was said of a letter yet
    if error.smtp_code < 500:
        return Passing.BY_ITSELF
    # Anything but the letter itself (its sender, STARTTLS, an answer without end) is of the server.
    return Passing.NEVER if isinstance(error, smtplib.SMTPDataError) else Passing.BY_OPERATOR

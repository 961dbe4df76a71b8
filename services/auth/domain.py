"""A user: who may sign in, and how a forgotten password is replaced."""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NewType

from services.common.errors import Invalid

UserId = NewType("UserId", str)
Email = NewType("Email", str)

SHORTEST_PASSWORD: Final = 8  # bytes
LONGEST_PASSWORD: Final = 72  # bytes; bcrypt looks at no more
RESET_LIFETIME: Final = timedelta(minutes=30)
LETTER_AGAIN: Final = timedelta(minutes=1)  # after the first attempt; then twice as long each time
LETTER_AGAIN_AT_LAST: Final = timedelta(minutes=15)
# Five days of attempts, as long as mail servers themselves try.  Source: RFC 5321, section 4.5.4.1
MOST_TRIES: Final = 480


@dataclass(frozen=True, slots=True)
class Reset:
    """A password reset that was mailed.  Only the token's hash is kept."""

    token_hash: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A letter that was promised: how often it was tried, and from when on it may be again."""

    tries: int = 0
    after: datetime | None = None  # at once


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who signed up.

    `epoch` counts password resets: sessions of an earlier epoch have ended.  `letter_due` says that
    a reset was asked for and its letter not yet posted.
    """

    id: UserId
    email: Email
    password_hash: bytes
    epoch: int = 0
    version: int = 0
    reset: Reset | None = None
    letter_due: Due | None = None


def normal_email(text: str) -> Email:
    """Return the one spelling of an email address under which a user is kept.

    >>> normal_email(" Ana@Example.COM ")
    'ana@example.com'
    """
    return Email(text.strip().lower())


def normal_password(password: str) -> str:
    """Return the one spelling of a password under which it is kept: letters composed, blanks plain.

    Source: RFC 8265, section 4.2.2 (OpaqueString), as NIST SP 800-63B-4, section 3.1.1.2 wants it.

    >>> normal_password("cafe\u0301\u00a0noir") == "caf\u00e9 noir"
    True
    """
    plain = "".join(" " if unicodedata.category(each) == "Zs" else each for each in password)
    return unicodedata.normalize("NFC", plain)


def check_password(password: str) -> bytes:
    """Return the bytes of which a password's hash is made.  Raises: Invalid."""
    encoded = normal_password(password).encode()
    if not SHORTEST_PASSWORD <= len(encoded) <= LONGEST_PASSWORD:
        limits = f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD}"
        raise Invalid(f"The password must have {limits} bytes", "password")
    return encoded


def spellings(password: str) -> list[bytes]:
    """Return what the hash may have been made of, its normal spelling first.

    Before there was one, passwords were hashed as they were typed.  How many there are depends on
    what was typed and on nobody's account, so it may be seen in the time of an answer.
    """
    typed = dict.fromkeys([normal_password(password).encode(), password.encode()])
    return [each for each in typed if len(each) <= LONGEST_PASSWORD]


def token_from(secret: bytes) -> str:
    """Return the token that is mailed for these random bytes."""
    return urlsafe_b64encode(secret).rstrip(b"=").decode()


def hash_of(token: str) -> str:
    """Return what is kept of a token.  It is random, so one round of a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def renew_hash(user: User, password_hash: bytes) -> User:
    """Keep the same password under another hash; sessions go on."""
    return replace(user, password_hash=password_hash, version=user.version + 1)


def ask_for_letter(user: User) -> User:
    """A reset is wanted; its letter is due."""
    return replace(user, letter_due=Due(), version=user.version + 1)


def prepare_reset(user: User, token: str, now: datetime) -> User:
    """Let `token`, and no earlier one, replace the password, and try to post it.

    When the next attempt may be is settled before this one, so that whoever dies meanwhile, and
    whatever else goes wrong, does not have it made again at once.
    """
    tries = 1 + (0 if user.letter_due is None else user.letter_due.tries)
    return replace(
        user,
        reset=Reset(hash_of(token), now + RESET_LIFETIME),
        letter_due=Due(tries, now + again_after(tries)),
        version=user.version + 1,
    )


def again_after(tries: int) -> timedelta:
    """Return how long to wait after so many attempts.

    >>> [again_after(tries).seconds // 60 for tries in (1, 2, 3, 4, 5, 480)]
    [1, 2, 4, 8, 15, 15]
    """
    doubled: timedelta = LETTER_AGAIN * 2 ** min(tries - 1, 10)
    return min(doubled, LETTER_AGAIN_AT_LAST)


def is_last_try(user: User) -> bool:
    """Tell whether the letter has been tried as often as it will be."""
    return user.letter_due is not None and user.letter_due.tries >= MOST_TRIES


def letter_posted(user: User) -> User:
    """The letter is on its way."""
    return replace(user, letter_due=None, version=user.version + 1)


def letter_given_up(user: User) -> User:
    """The letter will not come, and nobody has its token."""
    return replace(user, letter_due=None, reset=None, version=user.version + 1)


def replace_password(user: User, password_hash: bytes, now: datetime) -> User:
    """Take the new password, use up the token and end older sessions.  Raises: Invalid."""
    if user.reset is None or now >= user.reset.expires_at:
        raise Invalid("The token is unknown, used or expired", "token")
    return replace(
        user,
        password_hash=password_hash,
        epoch=user.epoch + 1,
        reset=None,
        version=user.version + 1,
    )

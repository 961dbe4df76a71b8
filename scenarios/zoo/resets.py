"""Keys to an account that open it too often."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from boxoffice import Twin

if TYPE_CHECKING:
    from services.auth.domain import User

RESOLUTION: Final = timedelta(milliseconds=1)


def _token_kept(user: "User", password_hash: bytes, now: datetime) -> "User":
    after: User = token_used_twice.real(user, password_hash, now)
    return replace(after, reset=user.reset)


def _no_matter_when(user: "User", password_hash: bytes, now: datetime) -> "User":
    at_once = now if user.reset is None else min(now, user.reset.expires_at - RESOLUTION)
    after: User = token_for_ever.real(user, password_hash, at_once)
    return after


def _old_sessions_go_on(user: "User", password_hash: bytes, now: datetime) -> "User":
    after: User = sessions_outlive_reset.real(user, password_hash, now)
    return replace(after, epoch=user.epoch)


token_used_twice = Twin(
    name="token-used-twice",
    defence="a token that has replaced a password is used up",
    invariant="letters-open-once",
    shows="the link of one letter resets a password twice",
    target="services.auth.domain:replace_password",
    stand_in=_token_kept,
    tier="easy",
)

token_for_ever = Twin(
    name="token-for-ever",
    defence="a token that was mailed is good for half an hour",
    invariant="letters-open-once",
    shows="the link of a letter is used after more than half an hour",
    target="services.auth.domain:replace_password",
    stand_in=_no_matter_when,
)

sessions_outlive_reset = Twin(
    name="sessions-outlive-reset",
    defence="older sessions end with the password that they were begun with",
    invariant="letters-open-once",
    shows="a password is reset, and an older session goes on",
    target="services.auth.domain:replace_password",
    stand_in=_old_sessions_go_on,
    tier="easy",
)

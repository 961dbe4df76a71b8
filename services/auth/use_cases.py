"""What the auth service does."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from services.auth import domain
from services.auth.domain import Email, User, UserId
from services.auth.passwords import Passwords
from services.auth.repository import EmailInUse, Failures, Users
from services.common.clock import Clock
from services.common.errors import Conflict, Invalid, TooMany
from services.common.ids import Ids

MOST_FAILURES: Final = 10  # wrong passwords for one address in a window
MOST_LETTERS: Final = 5  # letters asked for one address in a window
WINDOW: Final = timedelta(minutes=15)


class Auth:
    """Sign-up, sign-in and forgotten passwords."""

    def __init__(
        self,
        users: Users,
        failures: Failures,
        passwords: Passwords,
        clock: Clock,
        ids: Ids,
        letter_due: Callable[[], None],
    ) -> None:
        self._users = users
        self._failures = failures
        self._passwords = passwords
        self._clock = clock
        self._ids = ids
        self._letter_due = letter_due

    async def sign_up(self, email: Email, password: str) -> User:
        """Add a user.  Raises: Invalid."""
        hashed = await self._passwords.hash(domain.check_password(password))
        user = User(UserId(self._ids.object_id()), email, hashed)
        try:
            await self._users.insert(user)
        except EmailInUse:
            raise Invalid("The email is in use", "email") from None
        return user

    async def sign_in(self, email: Email, password: str) -> User:
        """Return the user.  Raises: Invalid, TooMany.

        An unknown address takes the same time and gets the same answer as a wrong password.
        """
        key, now = f"sign-in {email}", self._clock.now()
        # It counts as a failure until it is none: guesses made all at once are counted as well.
        if await self._failures.add(key, now) > MOST_FAILURES:
            raise _too_many()
        user = await self._users.with_email(email)
        hashed = None if user is None else user.password_hash
        spelling = await self._passwords.match(domain.spellings(password), hashed)
        if user is None or spelling is None:
            raise Invalid("Invalid credentials")
        await self._failures.forget(key)
        return await self._renewed(user, spelling)

    async def _renewed(self, user: User, spelling: bytes) -> User:
        # Now alone the password is known: what was hashed as it was typed, or at another cost than
        # is set today, is hashed anew.
        normal = domain.spellings(spelling.decode())[0]
        if spelling == normal and not self._passwords.is_old(user.password_hash):
            return user
        renewed = domain.renew_hash(user, await self._passwords.hash(normal))
        try:
            await self._users.commit(user, renewed)
        except Conflict:  # a letter was asked for meanwhile, say; next time will do
            return user
        return renewed

    async def current(self, id: UserId, epoch: int) -> User | None:
        """Return the user of a session, or None if a password reset has ended it."""
        user = await self._users.load(id)
        return user if user is not None and user.epoch == epoch else None

    async def forgot_password(self, email: Email) -> None:
        """Have a token mailed, if the address is known.  Raises: TooMany."""
        if await self._failures.add(f"forgot {email}", self._clock.now()) > MOST_LETTERS:
            raise _too_many()
        while (user := await self._users.with_email(email)) is not None:
            try:
                await self._users.commit(user, domain.ask_for_letter(user))
            except Conflict:
                continue
            return self._letter_due()

    async def reset_password(self, token: str, password: str) -> User:
        """Replace the password of whoever the token was mailed to.  Raises: Invalid."""
        encoded = domain.check_password(password)
        hashed = None
        while (user := await self._users.with_reset(domain.hash_of(token))) is not None:
            hashed = hashed or await self._passwords.hash(encoded)
            after = domain.replace_password(user, hashed, self._clock.now())
            try:
                await self._users.commit(user, after)
            except Conflict:  # another letter, or the same token used by somebody faster
                continue
            return after
        raise Invalid("The token is unknown, used or expired", "token")


def _too_many() -> TooMany:
    return TooMany("Too many attempts; try again later", int(WINDOW.total_seconds()))

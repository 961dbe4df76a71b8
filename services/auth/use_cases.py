"""What the auth service does."""

from collections.abc import Callable

from services.auth import domain
from services.auth.domain import Email, User, UserId
from services.auth.letter_requests import LetterRequests
from services.auth.passwords import Passwords
from services.auth.rate_limits import RateLimits
from services.auth.repository import EmailInUse, Users
from services.auth.visitors import Visitor
from services.common.clock import Clock
from services.common.errors import Conflict, Invalid, Unavailable
from services.common.ids import Ids
from services.common.telemetry import Telemetry


class Auth:
    """Sign-up, sign-in and forgotten passwords."""

    def __init__(
        self,
        users: Users,
        rate_limits: RateLimits,
        passwords: Passwords,
        letter_requests: LetterRequests,
        clock: Clock,
        ids: Ids,
        telemetry: Telemetry,
        letter_asked: Callable[[], None],
    ) -> None:
        self._users = users
        self._rate_limits = rate_limits
        self._passwords = passwords
        self._letter_requests = letter_requests
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry
        self._letter_asked = letter_asked

    async def sign_up(self, email: Email, password: str, who: Visitor) -> User:
        """Add a user.  Raises: Invalid, TooMany."""
        encoded = domain.check_password(password)
        await self._rate_limits.signing_up(who)
        hashed = await self._passwords.hash(encoded)
        user = User(UserId(self._ids.object_id()), email, hashed)
        try:
            await self._users.insert(user)
        except EmailInUse:
            raise Invalid("The email is in use", "email") from None
        return user

    async def sign_in(self, email: Email, password: str, who: Visitor) -> User:
        """Return the user.  Raises: Invalid, TooMany.

        An unknown address takes the same time and gets the same answer as a wrong password.
        """
        user = await self._users.with_email(email)
        attempt = await self._rate_limits.signing_in(email, user, who)
        try:
            user = await self._users.with_email(email)  # again: that may have taken seconds
            hashed = None if user is None else user.password_hash
            spelling = await self._passwords.match(domain.spellings(password), hashed)
        except Exception:  # too many wait, or a store is away: nothing was compared
            await attempt.not_made()
            raise
        if user is None or spelling is None:
            self._telemetry.security("sign-in-failed")
            raise Invalid("Invalid credentials")
        await attempt.succeeded()
        return await self._renewed(user, spelling)

    async def _renewed(self, user: User, spelling: bytes) -> User:
        # Now alone the password is known: what was hashed as it was typed, or at another cost than
        # is set today, is hashed anew.
        normal = domain.spellings(spelling.decode())[0]
        if spelling == normal and not self._passwords.is_old(user.password_hash):
            return user
        try:
            renewed = domain.renew_hash(user, await self._passwords.hash(normal))
            await self._users.commit(user, renewed)
        except (Conflict, Unavailable):  # a letter was asked for, or many wait: next time will do
            return user
        return renewed

    async def current(self, id: UserId, epoch: int) -> User | None:
        """Return the user of a session, or None if a password reset has ended it."""
        user = await self._users.load(id)
        return user if user is not None and user.epoch == epoch else None

    async def forgot_password(self, email: Email, who: Visitor) -> None:
        """Have a token mailed, if the address is known.  Raises: TooMany."""
        await self._rate_limits.forgetting(who)
        now = self._clock.now()
        if await self._letter_requests.ask(email, now) > now:
            self._telemetry.security("letter-delayed")
        self._letter_asked()

    async def reset_password(self, token: str, password: str) -> User:
        """Replace the password of whoever the token was mailed to.  Raises: Invalid."""
        encoded = domain.check_password(password)
        hashed = None
        while (user := await self._users.with_reset(domain.hash_of(token))) is not None:
            hashed = hashed or await self._passwords.hash(encoded)
            after = domain.replace_password(user, hashed, self._clock.now())
            await self._rate_limits.reset(after)
            try:
                await self._users.commit(user, after)
            except Conflict:  # another letter, or the same token used by somebody faster
                continue
            self._telemetry.security("password-reset")
            return after
        raise Invalid("The token is unknown, used or expired", "token")

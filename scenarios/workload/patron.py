"""Somebody who buys and sells, tries what is not theirs, and holds the shop to its word."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from scenarios.actors import Buyer, Seller
from scenarios.answers import GaveUp, Surprise, next_page
from scenarios.workload.kept import promised_head
from scenarios.workload.passwords import chosen, nearly, spelt, typed

if TYPE_CHECKING:
    import httpx

TIRES: Final = 2.0  # each pause between two looks is so many times the last


class Patron(Buyer, Seller):
    """A person of a storm.  Several things may be done at once, in as many tabs of one browser."""

    bears_mistakes = True  # invariants know whether there was a reason for it

    def __init__(
        self, name: str, browser: "httpx.AsyncClient", mail_domain: str = "example.com"
    ) -> None:
        super().__init__(name, browser, mail_domain)
        self.pause_growth = TIRES
        self.former_passwords: list[str] = []  # which have surely been replaced
        self.used_letters: list[str] = []
        self._passwords = [chosen(name, 0)]  # the likeliest first, where an answer was lost
        self._resets = 0
        self._resetting = 0  # now, each in a tab of its own
        self._typed = 0
        # Which one opens the account, once it has; None, if another may have been chosen meanwhile.
        self._certain: str | None = None
        self._in_doubt = False  # for good: what was asked for may be done at any time

    async def asks(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        """Ask once, signed in; None means that nothing is known."""
        return await self._ask(method, path, body, **more)

    async def asks_unsigned(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        """Ask once, with whatever cookies there are."""
        return await self._send(method, path, body, **more)

    async def pages(self, path: str, limit: int) -> list[Any] | None:
        """Return what a list has on all its pages; None means that one of them did not come.

        Raises: Surprise, for a page that is too long, or comes again, and for what is on two.
        """
        found, walked = list[Any](), set[str]()
        while path:
            answer = await self._ask("GET", path)
            promised(answer, 200)
            if answer is None:
                return None
            if len(answer.json()) > limit:
                raise Surprise(f"{path} was answered with {len(answer.json())}")
            found += answer.json()
            path = next_page(answer, walked)
        if len({one["id"] for one in found}) < len(found):
            raise Surprise(f"{self.name} was shown the same thing on two pages of {path}")
        return found

    def pauses(self) -> Iterator[float]:
        """Yield for how long to wait before each further look, as long as there is patience."""
        return self._pauses()

    async def signs_out(self) -> None:
        """Sign out.  Who does something else will sign in again."""
        self._signed_in_at_s = float("-inf")
        promised(await self._send("POST", "/api/users/signout"), 200)

    @property
    def wrong_passwords(self) -> list[str]:
        """What does not open the account: what once did, and what almost does."""
        return [*self.former_passwords[:1], *nearly(self._passwords[0])]

    @property
    def account(self) -> int | None:
        """How often the password has been replaced; None, if that may happen at any time."""
        return None if self._resetting or self._in_doubt else self._resets

    @property
    def password(self) -> str | None:
        """What surely opens the account; None, if it may be another."""
        return None if self.account is None else self._certain

    @property
    def session(self) -> str:
        """The cookie by which the shop knows who this is, if there is one."""
        return str(self._browser.cookies.get("jwt", ""))

    async def uses(self, letter: str) -> bool:
        """Choose a password with the token in a letter, once or again; return if it was taken."""
        self._resets += 1
        self._in_doubt |= self._resetting > 0  # whose comes last is not known
        self._resetting += 1
        self._certain = None
        try:
            return await self._uses(letter, chosen(self.name, self._resets))
        finally:
            self._resetting -= 1

    async def _uses(self, letter: str, password: str) -> bool:
        wanted = {"token": letter.partition("#token=")[2].split()[0], "password": password}
        for pause_s in self._pauses():
            answer = await self._send("POST", "/api/users/reset-password", wanted)
            promised(answer, 200, 400)
            if answer is not None:
                self._chosen(answer.is_success, password, letter)
                return bool(answer.is_success)
            self._passwords.append(password)  # or it was, and nobody has told
            self._in_doubt = True
            await asyncio.sleep(pause_s)
        return False

    def _chosen(self, taken: bool, password: str, letter: str) -> None:
        if not taken:
            return
        if letter in self.used_letters:
            raise Surprise(f"{self.name} chose a password with the same letter again")
        self.used_letters.append(letter)
        self.former_passwords += [it for it in self._passwords if it != password]
        self._passwords = [password]
        self._certain = password

    async def _send(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        answer = await super()._send(method, path, body, **more)
        if answer is not None:
            promised_head(answer)
        return answer

    async def _ask(
        self, method: str, path: str, body: Any = None, **more: Any
    ) -> "httpx.Response | None":
        answer = await super()._ask(method, path, body, **more)
        if answer is None or answer.status_code != 401:
            return answer
        self._signed_in_at_s = float("-inf")  # another tab has signed out
        return None

    async def _signed_in(self) -> str:
        for pause_s in self._pauses():
            door = "signin" if self._known else "signup"
            password, certain, account = self._passwords[0], self._certain, self.account
            self._typed += 1
            address = spelt(self.address, self._typed)
            credentials = {"email": address, "password": typed(password, self._typed)}
            answer = await self._send("POST", f"/api/users/{door}", credentials)
            promised(answer, 200, 201, 400, 429)
            is_settled = account is not None and account == self.account
            if answer is not None and answer.is_success:
                self._known = True
                self._certain = password if is_settled else None
                return str(answer.json()["id"])
            if is_settled and certain == password and _is_refused(answer) and door == "signin":
                raise Surprise(f"{self.name} could not sign in with the password that they have")
            self._reconsider(answer)
            await asyncio.sleep(pause_s)
        raise GaveUp(f"{self.name} could not sign in")

    def _reconsider(self, answer: "httpx.Response | None") -> None:
        if not self._known:  # a sign-up whose answer was lost may have happened
            self._known = answer is None or answer.status_code == 400
        elif answer is not None:
            self._passwords.append(self._passwords.pop(0))
            self._known = len(self._passwords) > 1


def _is_refused(answer: "httpx.Response | None") -> bool:
    return answer is not None and answer.status_code == 400


def promised(answer: "httpx.Response | None", *statuses: int) -> None:
    """Let pass what the contract lets this be answered with.  Raises: Surprise."""
    if answer is not None and answer.status_code not in statuses:
        asked = answer.request
        may_be = ", ".join(map(str, statuses))
        raise Surprise(
            f"{asked.method} {asked.url.path} was answered {answer.status_code}, "
            f"and may be answered {may_be}: {answer.text[:200]}"
        )

"""What people do at the door: come, go, forget, and choose another password."""

from collections.abc import Awaitable, Sequence
from typing import Any, Final

from scenarios.answers import Surprise
from scenarios.workload.patron import Patron, promised
from scenarios.workload.scene import Scene

SESSION_S: Final = 1_800.0  # that a session lasts
CLOCKS_S: Final = 240.0  # by so much two clocks may differ
LOCKED_S: Final = 900.0  # after the first wrong password of many, at most
GUESSES: Final = 20  # twice as many as are heard
HEARD: Final = 10  # of one stranger, at one account, in a quarter of an hour
HESITATES: Final = 5  # guesses, before a pause, and then all others at once
ANSWERED_S: Final = 30.0
GUESSED: Final = "guesses"  # what one is heard of so often
OTHER: Final = "other device"
MISTYPED: Final = 12  # more than are heard
PESTERS_S: Final = (0.0, 0.0, 9.0, 2.0, 20.0)  # between two letters that are asked for


async def comes_back(scene: Scene, who: Patron, what: Any) -> None:
    """Sign out, look who is signed in, and sign in again, from a telephone as well."""
    await who.signs_out()
    await who.asks_unsigned("GET", "/api/orders")  # which nobody is shown any more
    await who.arrives()
    answer = await who.asks("GET", "/api/users/currentuser")
    promised(answer, 200)
    user = None if answer is None else answer.json()["currentUser"]
    if user is not None and user["id"] != who.id:
        raise Surprise(f"{who} is taken for {user['email']}")
    await _is_let_in(scene, who, "telephone")


async def forgets(scene: Scene, who: Patron, what: Any) -> None:
    """Ask for a letter with which to choose another password."""
    wanted = {"email": who.address}
    promised(await who.asks_unsigned("POST", "/api/users/forgot-password", wanted), 202, 429)


async def resets(scene: Scene, who: Patron, what: Any) -> None:
    """Choose another password with the latest letter, whether it was used before or not.

    In a tab that was opened a while ago, if so it is.
    """
    await scene.town.passes(what.get("later_s", 0.0))
    letters = scene.town.letters(who)
    if letters:
        promised(await who.asks_unsigned("GET", "/api/users/reset-password"), 200)
        session = who.session
        if await who.uses(letters[-1]):
            await _is_over(scene, who, session)
            await who.asks_unsigned("GET", "/api/users/currentuser")  # by the session that it gave
            if scene.has_done(who.name, GUESSED):  # which a reset forgets, wherever it was
                await _is_let_in(scene, who, OTHER)


async def outstays(scene: Scene, who: Patron, what: Any) -> None:
    """Come back when one's session is over, and ask with it, as an old tab does."""
    await who.arrives()
    session, late_s = who.session, what["late_s"]
    await scene.town.passes(SESSION_S + late_s)
    old_tab = _old_tab(scene, who)
    if late_s < CLOCKS_S:  # by whose clock it is over is for invariants to say
        await old_tab.asks_unsigned("GET", "/api/users/currentuser", headers=_with(session))
        await old_tab.asks_unsigned("GET", "/api/orders", headers=_with(session))
        return
    answer = await old_tab.asks_unsigned("GET", "/api/orders", headers=_with(session))
    promised(answer, 401)
    await _is_over(scene, who, session)


async def _is_over(scene: Scene, who: Patron, session: str) -> None:
    answer = await _old_tab(scene, who).asks_unsigned(
        "GET", "/api/users/currentuser", headers=_with(session)
    )
    if answer is not None and answer.json() != {"currentUser": None}:
        raise Surprise(f"{who}'s session is over, and still good: {answer.text}")


def _old_tab(scene: Scene, who: Patron) -> Patron:
    return scene.patron(f"{who.name}'s old tab")


def _with(session: str) -> dict[str, str]:
    return {"Cookie": f"jwt={session}"}


async def guesses(scene: Scene, who: Patron, what: Any) -> None:
    """Guess at one's password elsewhere until that is refused, and again when it may be."""
    if not scene.is_first(who.name, GUESSED):  # whose guesses were counted before
        return
    asks, began_s = scene.patron(f"{who.name}'s {OTHER}").asks_unsigned, scene.now_s()
    account = who.account

    def guess(number: int) -> Awaitable[Any]:
        wanted = {"email": who.address, "password": f"guess {number}"}
        # Whoever guesses says to be somebody else each time.
        elsewhere = {"X-Forwarded-For": f"203.0.113.{number}"}
        return asks("POST", "/api/users/signin", wanted, headers=elsewhere)

    answers = [await guess(number) for number in range(HESITATES)]
    await scene.town.passes(60.0)
    # Guesses that nobody has answered may be none.
    counted_s = began_s if any(it is not None for it in answers) else scene.now_s()
    answers += await scene.town.together(*map(guess, range(HESITATES, GUESSES)))
    known = [answer for answer in answers if answer is not None]
    heard = heard_of(known)
    if heard > HEARD and is_same(scene, began_s, who, account):
        raise Surprise(f"somebody has guessed at {who}'s password {heard} times, and was heard")
    await _is_let_in(scene, who, "new device")
    waits_s = [int(it.headers["Retry-After"]) for it in known if it.status_code == 429]
    if not waits_s:
        return
    is_too_long = scene.now_s() + max(waits_s) > counted_s + LOCKED_S + ANSWERED_S
    # A reset begins all counts anew.
    if is_too_long and account is not None and account == who.account:
        waited = f"has begun {scene.now_s() - counted_s:.0f} s ago"
        raise Surprise(f"{who} is to wait {max(waits_s)} s, and {waited}")
    await scene.town.passes(max(waits_s))
    promised(await guess(0), 400)


def heard_of(answers: Sequence[Any]) -> int:
    """Take each answer to a wrong password; return how many of them were compared."""
    known = [answer for answer in answers if answer is not None]
    for answer in known:
        promised(answer, 400, 429)
    return sum(answer.status_code == 400 for answer in known)


def is_in_time(scene: Scene, began_s: float) -> bool:
    """Tell whether what began then is counted still, by whatever clock."""
    return scene.now_s() - began_s < LOCKED_S - CLOCKS_S


def is_same(scene: Scene, began_s: float, who: Patron, account: int | None) -> bool:
    """Tell whether that was in time, and all of it against one password."""
    return is_in_time(scene, began_s) and account is not None and account == who.account


async def mistypes(scene: Scene, who: Patron, what: Any) -> None:
    """Mistype one's password on one's own device until it is refused; others let one in still."""
    if not scene.is_first(who.name, GUESSED):
        return
    await comes_back(scene, who, what)  # from now on the device is known
    await _is_let_in(scene, who, "telephone")  # and so is this one
    began_s, account, answers = scene.now_s(), who.account, list[Any]()
    for number in range(MISTYPED):
        wanted = {"email": who.address, "password": f"mistyped {number}"}
        answers.append(await who.asks_unsigned("POST", "/api/users/signin", wanted))
    heard = heard_of(answers)
    if heard > HEARD and is_same(scene, began_s, who, account):
        raise Surprise(f"{who} has mistyped their password {heard} times, and was heard")
    await _is_let_in(scene, who, "new device")
    await _is_let_in(scene, who, "telephone")


async def pesters(scene: Scene, who: Patron, what: Any) -> None:
    """Ask for many letters to one address, and for one to an address that nobody has."""
    nobodys = {"email": f"{who.name.lower()}.typo@example.com"}
    asks = scene.patron(f"{who.name}'s other device").asks_unsigned
    promised(await asks("POST", "/api/users/forgot-password", nobodys), 202, 429)
    for pause_s in PESTERS_S:
        await scene.town.passes(pause_s)
        wanted = {"email": scene.patron(what["whose"]).address}
        promised(await asks("POST", "/api/users/forgot-password", wanted), 202, 429)


async def _is_let_in(scene: Scene, who: Patron, device: str) -> None:
    """Sign in from another device, whoever guesses elsewhere meanwhile."""
    password = who.password
    wanted = {"email": who.address, "password": password}
    asks = scene.patron(f"{who.name}'s {device}").asks_unsigned
    answer = None if password is None else await asks("POST", "/api/users/signin", wanted)
    if answer is not None and answer.is_success:
        scene.signed_in_at.add((who.name, device))
    if password == who.password:
        promised(answer, 200)


async def tries(scene: Scene, who: Patron, what: Any) -> None:
    """Try passwords that are not, or no longer, one's own, and the right one at the wrong door.

    What was once the right one somebody tries who has one's telephone, too.
    """
    if who.password is not None:
        again = {"email": who.address, "password": who.password}
        promised(await who.asks_unsigned("POST", "/api/users/signup", again), 400, 429)
    for wrong in who.wrong_passwords:
        wanted = {"email": who.address, "password": wrong}
        promised(await who.asks_unsigned("POST", "/api/users/signin", wanted), 400, 429)
    nobody = {"email": f"nobody.{who.address}", "password": who.wrong_passwords[0]}
    promised(await who.asks_unsigned("POST", "/api/users/signin", nobody), 400, 429)
    if (who.name, "telephone") in scene.signed_in_at:
        asks = scene.patron(f"{who.name}'s telephone").asks_unsigned
        wanted = {"email": who.address, "password": who.wrong_passwords[0]}
        promised(await asks("POST", "/api/users/signin", wanted), 400, 429)


async def signs_up(scene: Scene, who: Patron, what: Any) -> None:
    """Sign up under an address that somebody else wants as well."""
    wanted = {"email": what["address"], "password": f"{who.name} has a horse"}
    browser = scene.patron(f"{who.name}'s other browser")
    answer = await browser.asks_unsigned("POST", "/api/users/signup", wanted)
    promised(answer, 201, 400, 429)
    if answer is not None and answer.is_success:
        id = answer.json()["id"]
        if scene.signed_up.setdefault(what["address"], id) != id:
            raise Surprise(f"two people have signed up as {what['address']}")

"""How much work a sign-in is says nothing of the account: counted in rounds of bcrypt, not in time.

So it stays where SALT_FACTORY was changed, and hashes of several costs are stored at once.
"""

import asyncio
import itertools
from typing import Any

import bcrypt
from pymongo.errors import AutoReconnect
from pytest import fixture, mark, raises

from services.auth.passwords import AT_ONCE, PATIENCE_S, Passwords
from services.auth.rate_limits import FREE_FAILURES
from services.auth.visitors import Visitor
from services.common.errors import Invalid, Unavailable
from tests.services.shop import PASSWORD, Shop, refused

SIGN_IN, SIGN_UP = "/api/users/signin", "/api/users/signup"
NFC, NFD = "caf\u00e9 na\u00efve", "cafe\u0301 nai\u0308ve"


@fixture(name="rounds")
def _rounds(monkeypatch) -> list[int]:
    """Return a list that grows with the cost, as a power of two, of each hash that is computed."""
    asked: list[int] = []
    for name in ("checkpw", "hashpw"):
        monkeypatch.setattr(bcrypt, name, _counted(getattr(bcrypt, name), asked))
    return asked


def _counted(real: Any, asked: list[int]) -> Any:
    def counted(password: bytes, salt: bytes) -> Any:
        asked.append(int(salt.split(b"$")[2]))
        return real(password, salt)

    return counted


def work(asked: list[int]) -> int:
    """Return how many rounds that makes, and begin anew."""
    done = sum(2**each for each in asked)
    asked.clear()
    return done


async def sign_in(shop: Shop, email: str, password: str) -> int:
    credentials = {"email": email, "password": password}
    return (await shop.stranger().post(SIGN_IN, json=credentials)).status_code


async def sign_up(shop: Shop, email: str, password: str = PASSWORD) -> None:
    answer = await shop.stranger().post(SIGN_UP, json={"email": email, "password": password})
    assert answer.status_code == 201, answer.text


async def restart_with(shop: Shop, salt_factory: int) -> None:
    """Change SALT_FACTORY, as an operator does."""
    shop.world.settings = shop.world.settings.model_copy(update={"salt_factory": salt_factory})
    await shop.sleep(1)
    shop.world.crash("auth", down_s=1.0)
    await shop.sleep(5)


def hashes(shop: Shop) -> dict[str, str]:
    found = shop.world.backends.mongo["auth-db"].documents("auth", "users")
    return {it["email"]: it["password_hash"] for it in found}


@mark.parametrize(
    "salts", list(itertools.permutations((4, 5, 7), 2)) + list(itertools.permutations((4, 5, 6), 3))
)
def test_a_wrong_password_is_the_same_work_for_old_new_and_no_hashes(play, rounds, salts):
    async def script(shop):
        for salt in salts:
            await restart_with(shop, salt)
            await sign_up(shop, f"{salt}@example.com")
        work(rounds)
        done = {}
        for name in (*salts, "nobody"):
            assert await sign_in(shop, f"{name}@example.com", "wrong password") == 400
            done[name] = work(rounds)
        return done

    assert set(play(script).values()) == {2 ** max(salts)}


@mark.parametrize("failures", [1, FREE_FAILURES + 2])
def test_a_wrong_password_is_as_many_calls_for_anybody(play, calls, failures):
    async def script(shop):
        await sign_up(shop, "ana@example.com")
        auth = shop.world.hosts["auth"].app.state.auth
        asked: dict[str, list[list[str]]] = {"ana@example.com": [], "nobody@example.com": []}
        await sign_in(shop, "b@example.com", PASSWORD)  # looks for the dearest hash
        for email, number in itertools.product(asked, range(failures)):
            with calls() as made, raises(Invalid):
                await auth.sign_in(email, "wrong password", Visitor(f"{email} {number}"))
            asked[email].append(made)
        return list(asked.values())

    ana, nobody = play(script)
    assert ana == nobody
    assert all(ana)


def test_a_dearer_hash_of_another_process_is_noticed(play, rounds):
    async def script(shop):
        await sign_up(shop, "ana@example.com")
        await sign_in(shop, "nobody@example.com", PASSWORD)
        dear = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(6)).decode()
        users = shop.world.backends.mongo["auth-db"].documents("auth", "users")
        database = shop.world.drivers(shop.world.hosts["auth"]).database
        await database["users"].update_one(
            {"_id": users[0]["_id"]}, {"$set": {"password_hash": dear}}
        )
        await shop.sleep(61)
        work(rounds)
        await sign_in(shop, "nobody@example.com", "wrong password")
        return work(rounds)

    assert play(script) == 2**6


@mark.parametrize("salt", [5, 7])
def test_a_hash_is_renewed_when_its_owner_signs_in(play, rounds, salt):
    async def script(shop):
        await sign_up(shop, "ana@example.com")
        await restart_with(shop, salt)
        assert await sign_in(shop, "ana@example.com", "wrong password") == 400
        assert hashes(shop)["ana@example.com"].startswith("$2b$04$")
        assert await sign_in(shop, "ana@example.com", PASSWORD) == 200
        assert hashes(shop)["ana@example.com"].startswith(f"$2b${salt:02d}$")
        work(rounds)
        assert await sign_in(shop, "ana@example.com", PASSWORD) == 200
        return work(rounds)

    assert play(script) == 2**salt


def test_a_renewed_hash_ends_no_session(play):
    async def script(shop):
        ana = await shop.person("ana")
        await restart_with(shop, 5)
        assert await sign_in(shop, ana.email, PASSWORD) == 200
        return (await ana.client.get("/api/users/currentuser")).json()["currentUser"]

    assert play(script) is not None


def test_signing_in_twice_at_once_renews_a_hash_without_a_mistake(play):
    async def script(shop):
        await sign_up(shop, "ana@example.com")
        await restart_with(shop, 5)
        return await asyncio.gather(*(sign_in(shop, "ana@example.com", PASSWORD) for _ in range(4)))

    assert play(script) == [200] * 4


def test_a_hash_that_cannot_be_renewed_now_keeps_nobody_out(play, monkeypatch):
    async def crowded(*_: Any) -> bytes:
        raise Unavailable("Too many people at once; try again later")

    async def script(shop):
        await sign_up(shop, "ana@example.com")
        await restart_with(shop, 5)
        with monkeypatch.context() as queue:
            queue.setattr(Passwords, "hash", crowded)
            assert await sign_in(shop, "ana@example.com", PASSWORD) == 200
        assert hashes(shop)["ana@example.com"].startswith("$2b$04$")
        assert await sign_in(shop, "ana@example.com", PASSWORD) == 200
        return hashes(shop)["ana@example.com"][:7]

    assert play(script) == "$2b$05$"


def test_an_attempt_counts_nowhere_if_a_store_went_away_before_it_was_made(play, monkeypatch):
    async def away(*_: Any) -> None:
        raise AutoReconnect

    async def script(shop):
        await sign_up(shop, "ana@example.com")
        with monkeypatch.context() as outage:
            outage.setattr(Passwords, "match", away)
            told = {await sign_in(shop, "ana@example.com", "wrong one") for _ in range(20)}
        return told, await sign_in(shop, "ana@example.com", "wrong one")

    assert play(script) == ({503}, 400)


@mark.parametrize(
    ("first", "second"), [(NFC, NFD), (NFD, NFC), ("a b c d e f", "a\u00a0b c d e f")]
)
def test_a_password_may_be_typed_on_another_keyboard(play, first, second):
    async def script(shop):
        await sign_up(shop, "ana@example.com", first)
        same = [await sign_in(shop, "ana@example.com", each) for each in (first, second)]
        return same, await sign_in(shop, "ana@example.com", "cafe naive")

    assert play(script) == ([200, 200], 400)


def test_a_hash_of_what_was_typed_still_opens_and_is_renewed(play, monkeypatch):
    monkeypatch.setattr("services.auth.domain.normal_password", lambda password: password)

    async def script(shop):
        await sign_up(shop, "ana@example.com", NFD)
        monkeypatch.undo()  # the release that knows of spellings
        assert await sign_in(shop, "ana@example.com", NFC) == 400
        assert await sign_in(shop, "ana@example.com", NFD) == 200
        return await sign_in(shop, "ana@example.com", NFC)

    assert play(script) == 200


@mark.parametrize("password", [NFC, NFD, "wrong password", "x" * 73, "\u0958" * 24, "short"])
def test_whatever_is_typed_is_the_same_work_for_anybody(play, rounds, password):
    async def script(shop):
        await sign_up(shop, "ana@example.com")
        await restart_with(shop, 6)
        done = []
        for name in ("ana", "nobody"):
            work(rounds)
            assert await sign_in(shop, f"{name}@example.com", password) == 400
            done.append(work(rounds))
        return done

    ana, nobody = play(script)
    assert ana == nobody


@mark.parametrize(
    ("password", "status"),
    [
        ("e\u0301" * 36, 201),  # 72 bytes once composed
        ("e\u0301" * 36 + "x", 400),
        ("e\u0301" * 3, 400),  # nine bytes as typed, six as kept
        ("\u0958" * 12, 201),  # these are longer as kept: 72 bytes
        ("\u0958" * 13, 400),
    ],
)
def test_the_bytes_of_a_password_are_counted_as_it_is_kept(play, password, status):
    async def script(shop):
        credentials = {"email": "ana@example.com", "password": password}
        signed_up = (await shop.stranger().post(SIGN_UP, json=credentials)).status_code
        return signed_up, await sign_in(shop, "ana@example.com", password)

    assert play(script) == (status, 200 if status == 201 else 400)


def test_a_flood_of_passwords_has_a_few_threads_and_a_queue_that_ends(play, monkeypatch):
    hashing, most = 0, 0

    async def in_a_slow_thread(work: Any, *given: Any) -> Any:
        nonlocal hashing, most
        hashing, most = hashing + 1, max(most, hashing + 1)
        await asyncio.sleep(1.0)
        hashing -= 1
        return work(*given)

    async def script(shop):
        await sign_up(shop, "ana@example.com")
        monkeypatch.setattr(asyncio, "to_thread", in_a_slow_thread)
        guests = [shop.stranger(f"guest {number}") for number in range(50)]
        bodies = [
            {"email": f"{number}@example.com", "password": "wrong password"} for number in range(50)
        ]
        answers = await asyncio.gather(
            *(guest.post(SIGN_IN, json=body) for guest, body in zip(guests, bodies, strict=True))
        )
        monkeypatch.undo()
        return answers, await sign_in(shop, "ana@example.com", PASSWORD)

    answers, afterwards = play(script)
    served = [answer for answer in answers if answer.status_code == 400]
    turned_away = [answer for answer in answers if answer not in served]
    assert most == AT_ONCE
    assert AT_ONCE * (PATIENCE_S - 1) <= len(served) <= AT_ONCE * (PATIENCE_S + 1)
    for answer in turned_away:
        refused(answer, 503, "Too many people at once")
    assert afterwards == 200

"""Letters for which something is amiss with us: a document, a store that is full, a mistake."""

from datetime import datetime

from boxoffice.faults import refusals, slow_calls
from services.auth import domain
from tests.services.auth.test_forgotten_password import ANA, ask, letters
from tests.services.auth.test_letters import BEN, change, given_up, stored


def test_letters_that_cannot_be_begun_are_not_tried_without_a_pause(play, monkeypatch):
    monkeypatch.setattr("services.auth.postman.BATCH", 3)

    async def script(shop):
        for number in range(3):
            await shop.person(f"person{number}")
            change(shop, f"person{number}@example.com", letter_due=True)
        await shop.sleep(120)
        tried = [it for it in shop.world.trace.of_kind("answered") if it["verb"] == "replace_one"]
        return len(tried)

    assert play(script, faults=[refusals("14031", of="replace_one", at="auth-db")]) <= 3 * 120


def test_a_mistake_of_ours_with_one_letter_stays_with_it(play, monkeypatch):
    real = domain.prepare_reset

    def failing(user, token, now):
        if user.email == ANA:
            raise RuntimeError("a mistake")
        return real(user, token, now)

    monkeypatch.setattr(domain, "prepare_reset", failing)

    async def script(shop):
        await shop.person("ana")
        await shop.person("ben")
        await ask(shop, ANA)
        await ask(shop, BEN)
        return len(await letters(shop, to=BEN, within_s=1))

    assert play(script, may_fail=True) == 1


def test_a_user_who_cannot_be_read_keeps_no_letter_waiting(play):
    async def script(shop):
        await shop.person("ana")
        await shop.person("ben")
        change(shop, ANA, letter_due={"tries": 0, "after": "never"})
        await ask(shop, BEN)
        return len(await letters(shop, to=BEN, within_s=1))

    assert play(script, may_fail=True) == 1


def test_whoever_asks_and_cannot_be_read_keeps_no_letter_waiting(play):
    async def script(shop):
        await shop.person("ben")
        for number in range(4):
            await shop.person(f"bad{number}")
            change(shop, f"bad{number}@example.com", reset={})
        wish = {"due": datetime(2020, 1, 1), "letters": 0}
        wishes = [{"_id": f"bad{number}@example.com", **wish} for number in range(4)]
        shop.world.backends.mongo["auth-db"].perform(
            "auth", "asked", "insert_many", lambda it: it.insert_many(wishes)
        )
        await ask(shop, BEN)
        return len(await letters(shop, to=BEN, within_s=2))

    assert play(script, may_fail=True) == 1


def test_a_letter_that_fails_by_a_mistake_of_ours_is_given_up_in_the_end(play, monkeypatch):
    def failing(*_: object) -> None:
        raise RuntimeError("a mistake")

    monkeypatch.setattr(domain, "MOST_TRIES", 5)
    monkeypatch.setattr("services.auth.postman.Postman._letter", failing)

    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await shop.sleep(7_200)
        return given_up(shop), ["letter_due" in user for user in stored(shop)]

    assert play(script, may_fail=True) == ([("tries", "")], [False])


def test_who_is_told_to_end_posts_what_is_in_hand_and_begins_with_nothing_else(play, monkeypatch):
    monkeypatch.setattr("services.auth.postman.MOST_AT_ONCE", 1)

    async def script(shop):
        for number in range(3):
            await shop.person(f"person{number}")
            await ask(shop, f"person{number}@example.com")
        shop.world.crash("auth", down_s=30.0, notice_s=1.0)
        await shop.sleep(25)
        in_hand = len(shop.world.mailbox.letters)
        for number in range(3):
            await letters(shop, to=f"person{number}@example.com", within_s=120)
        return in_hand

    assert play(script, faults=[slow_calls(2.0, at="mail", share=1.0)]) == 1

"""Letters: one never delays another, and one that can never come is given up by name."""

from pytest import mark

from boxoffice.faults import refusals, slow_calls
from services.auth import domain
from tests.services.auth.test_forgotten_password import ANA, ask, letters, reset, token_in
from tests.services.shop import PASSWORD, Shop, refused

BEN = "ben@example.com"
ENCODED = "=?utf-8?q??=@x.com"  # an address by its grammar, an encoded word to whoever reads it
# What an earlier release took, or may have taken, and no letter can be written to.
OLD = [ENCODED, "=?utf-8?q?ben=40example=2ecom?=@x.com", "änne@example.com", "x" * 65 + "@x.com"]
UNWRITABLE = [*OLD, '"ana ben"@example.com', "ana\r\n@example.com", "ana\x00@example.com"]
WRITABLE = ["o'neil+tag@example.com", "{a}=b?@example.com", "ana@bücher.example.com"]


def stored(shop: Shop) -> list[dict]:
    return shop.world.backends.mongo["auth-db"].documents("auth", "users")


def given_up(shop: Shop) -> list[tuple[str, str]]:
    """Return why letters were given up, as an operator reads it in the log."""
    said = [it for it in shop.world.trace.of_kind("log") if it["what"] == "mail given up"]
    return [(it["why"], it["says"]) for it in said]


def attempts(shop: Shop) -> int:
    return sum(it["verb"] == "mail" for it in shop.world.trace.of_kind("answered"))


async def metrics(shop: Shop) -> str:
    return (await shop.within("auth").get("/metrics")).text


def change(shop: Shop, whose: str, **changes: object) -> None:
    """Have a user's document changed by hand."""
    shop.world.backends.mongo["auth-db"].perform(
        "auth", "users", "update_one", lambda it: it.update_one({"email": whose}, {"$set": changes})
    )


def rename(shop: Shop, email: str) -> None:
    """Have Ana signed up with an address that nobody is let in with any more."""
    change(shop, ANA, email=email)


@mark.parametrize("old", OLD)
def test_a_letter_that_cannot_be_written_is_given_up_and_nobody_waits_for_it(play, old):
    async def script(shop):
        await shop.person("ana")
        await shop.person("ben")
        rename(shop, old)
        assert (await ask(shop, old)).status_code == 202
        await ask(shop, BEN)
        await letters(shop, to=BEN, within_s=1)
        await shop.sleep(300)
        assert all("letter_due" not in user for user in stored(shop))
        assert "reset" not in next(user for user in stored(shop) if user["email"] == old)
        assert given_up(shop) == [("address", "")]
        assert 'boxoffice_mails_given_up_total{why="address"} 1.0' in await metrics(shop)

    play(script)


@mark.parametrize("email", UNWRITABLE)
def test_what_no_letter_can_be_written_to_is_refused_at_sign_up(play, email):
    async def script(shop):
        body = {"email": email, "password": PASSWORD}
        return await shop.stranger().post("/api/users/signup", json=body)

    refused(play(script), 400, field="email")


def test_that_no_letter_could_be_sent_is_said_in_a_sentence(play):
    async def script(shop):
        body = {"email": ENCODED, "password": PASSWORD}
        return await shop.stranger().post("/api/users/signup", json=body)

    refused(play(script), 400, "No letter could be sent to this address", "email")


@mark.parametrize("email", ["änne@example.com", "x" * 65 + "@x.com"])
def test_who_signed_up_with_such_an_address_before_still_signs_in(play, email):
    async def script(shop):
        await shop.person("ana")
        rename(shop, email)
        body = {"email": email, "password": PASSWORD}
        return (await shop.stranger().post("/api/users/signin", json=body)).status_code

    assert play(script) == 200


@mark.parametrize("email", WRITABLE)
def test_who_signs_up_can_be_written_to(play, email):
    async def script(shop):
        body = {"email": email, "password": PASSWORD}
        assert (await shop.stranger().post("/api/users/signup", json=body)).status_code == 201
        await ask(shop, email)
        [letter] = await letters(shop, to=email, within_s=1)
        return (await reset(shop, token_in(letter))).status_code

    assert play(script) == 200


@mark.parametrize(
    "says", ["450 4.2.0 Greylisted", "451 4.3.0 Later", "421 Closing", "535 5.7.8 No"]
)
def test_what_passes_is_tried_again_and_keeps_nobody_else_waiting(play, says):
    async def script(shop):
        await shop.person("ana")
        await shop.person("ben")
        await ask(shop, ANA)
        await ask(shop, BEN)
        await letters(shop, to=BEN, within_s=1)
        assert "boxoffice_mails_due 1.0" in await metrics(shop)
        [letter] = await letters(shop, to=ANA, within_s=130)
        assert given_up(shop) == []
        assert "boxoffice_mails_due 0.0" in await metrics(shop)
        return (await reset(shop, token_in(letter))).status_code

    assert play(script, faults=[refusals(says, at="mail", nth=[1])]) == 200


@mark.parametrize(
    ("says", "reason"),
    [
        ("550 5.1.1 No such user", "550 5.1.1"),
        ("554 Rejected", "554"),
        ("553 5.1.3 Bad", "553 5.1.3"),
    ],
)
def test_a_refusal_for_good_is_taken_as_one_and_the_next_letter_is_a_new_one(play, says, reason):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await shop.sleep(600)
        assert (attempts(shop), given_up(shop)) == (1, [("refused", reason)])
        assert not [user for user in stored(shop) if "letter_due" in user or "reset" in user]
        await ask(shop)
        [letter] = await letters(shop, within_s=1)
        return (await reset(shop, token_in(letter))).status_code

    assert play(script, faults=[refusals(says, at="mail", nth=[1])]) == 200


def test_a_server_that_refuses_for_hours_is_asked_ever_more_seldom(play):
    refusing = refusals("450 4.2.0 Greylisted", at="mail", until_s=7_200)

    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await shop.sleep(7_200 + 960)
        assert len(await letters(shop)) == 1
        return attempts(shop)

    assert 5 <= play(script, faults=[refusing]) <= 14


def test_what_is_refused_for_days_is_given_up(play, monkeypatch):
    monkeypatch.setattr(domain, "MOST_TRIES", 5)

    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await shop.sleep(7_200)
        return attempts(shop), given_up(shop), [user for user in stored(shop) if "reset" in user]

    says = "450 4.2.0 Greylisted"
    assert play(script, faults=[refusals(says, at="mail")]) == (5, [("tries", "")], [])


def test_letters_that_take_for_ever_keep_nobody_else_waiting(play):
    stuck = slow_calls(by_s=1e9, at="mail", until_s=2)

    async def script(shop):
        names = [f"slow{number}" for number in range(5)]
        for name in names:
            await shop.person(name)
            await ask(shop, f"{name}@example.com")
        await shop.person("ben")
        await shop.sleep(2)
        await ask(shop, BEN)
        await letters(shop, to=BEN, within_s=1)
        for name in names:
            await letters(shop, to=f"{name}@example.com", within_s=130)

    play(script, faults=[stuck])


def test_more_letters_than_hands_all_come(play, monkeypatch):
    monkeypatch.setattr("services.auth.postman.BATCH", 3)

    async def script(shop):
        names = [f"person{number}" for number in range(12)]
        for name in names:
            await shop.person(name)
        for name in names:
            await ask(shop, f"{name}@example.com")
        for name in names:
            assert len(await letters(shop, to=f"{name}@example.com", within_s=5)) == 1

    play(script, faults=[slow_calls(by_s=0.5, at="mail")])


def test_a_letter_that_an_earlier_release_promised_comes(play):
    async def script(shop):
        await shop.person("ana")
        change(shop, ANA, letter_due=True)
        return (await reset(shop, token_in((await letters(shop, within_s=61))[0]))).status_code

    assert play(script) == 200


@mark.parametrize("seed", range(4))
def test_a_letter_in_one_process_s_hands_is_left_to_it_by_the_others(play, seed):
    async def script(shop):
        await shop.person("ana")
        await shop.sleep(58)  # in two seconds the others will look what is due
        await ask(shop)
        await shop.sleep(120)
        return len(await letters(shop))

    assert play(script, seed, replicas=3, faults=[slow_calls(by_s=29, at="mail")]) == 1


def test_a_letter_in_hand_is_posted_before_the_process_ends(play):
    async def script(shop):
        await shop.person("ana")
        await ask(shop)
        await shop.sleep(0.1)
        assert attempts_begun(shop) == 1
        await shop.world.hosts["auth"].app.state.service.finish(10)
        assert len(await letters(shop, within_s=0.1)) == 1
        return ["letter_due" in user for user in stored(shop)]

    assert play(script, faults=[slow_calls(by_s=5, at="mail")]) == [False]


def attempts_begun(shop: Shop) -> int:
    return sum(it["verb"] == "mail" for it in shop.world.trace.of_kind("late"))

"""A device of the owner's is counted apart from strangers, and opens nothing."""

from pytest import mark

from tests.services.auth.attacking import ANA, NEW, SIGN_IN, fail, reset, timed, try_at
from tests.services.shop import PASSWORD, refused


def test_the_owners_device_is_known_at_any_address_and_by_no_address_alone(play):
    async def script(shop):
        ana = await shop.person("ana")
        assert (await try_at(ana.client, PASSWORD)).status_code == 200
        await fail(shop.stranger("ana"))  # somebody behind the same address
        refused(await try_at(shop.stranger("ana"), PASSWORD), 429, "Too many")
        at_home = await timed(shop, ana.client, PASSWORD)
        abroad = shop.stranger("abroad")
        await fail(shop.stranger("abroad"))
        abroad.cookies = ana.client.cookies
        return at_home, await timed(shop, abroad, PASSWORD)

    for status, after_s in play(script):
        assert status == 200
        assert after_s < 1


def test_a_device_that_is_known_has_its_own_limit(play):
    async def script(shop):
        ana = await shop.person("ana")
        assert (await try_at(ana.client, PASSWORD)).status_code == 200
        await fail(ana.client)
        answer = await try_at(ana.client, PASSWORD)
        refused(answer, 429, "Too many")
        await shop.sleep(int(answer.headers["retry-after"]))
        return (await try_at(ana.client, PASSWORD)).status_code

    assert play(script) == 200


def test_a_device_is_known_at_its_owners_account_alone(play):
    async def script(shop):
        await shop.person("ana")
        eve = await shop.person("eve")
        assert (await try_at(eve.client, PASSWORD, "eve@example.com")).status_code == 200
        await fail(shop.stranger("eve"))
        return await try_at(eve.client, PASSWORD)

    refused(play(script), 429, "Too many")


@mark.parametrize("forged", ["", "nonsense", "..", "session"])
def test_a_device_that_auth_did_not_name_is_a_stranger(play, forged):
    async def script(shop):
        ana = await shop.person("ana")
        token = ana.client.cookies["jwt"] if forged == "session" else forged
        stranger = shop.stranger("stranger")
        await fail(stranger)
        return await stranger.post(
            SIGN_IN,
            json={"email": ANA, "password": PASSWORD},
            headers={"cookie": f"device={token}"},
        )

    refused(play(script), 429, "Too many")


def test_a_device_cookie_opens_nothing(play):
    async def script(shop):
        ana = await shop.person("ana")
        await try_at(ana.client, PASSWORD)
        thief, device = shop.stranger("thief"), ana.client.cookies["device"]
        for cookies in ({"device": device}, {"jwt": device}):
            header = {"cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            shown = await thief.get("/api/users/currentuser", headers=header)
            assert shown.json() == {"currentUser": None}
            orders = await thief.get("/api/orders", headers=header)
            assert orders.status_code == 401

    play(script)


def test_the_device_cookie_is_out_of_reach_of_scripts_and_other_sites(play):
    async def script(shop):
        ana = await shop.person("ana")
        return (await try_at(ana.client, PASSWORD)).headers.get_list("set-cookie")

    name_and_value, *attributes = play(script)[-1].split("; ")
    assert name_and_value.startswith("device=ey")
    assert {each.lower() for each in attributes} == {
        "httponly",
        f"max-age={365 * 24 * 60 * 60}",
        "path=/api/users",
        "samesite=strict",
        "secure",
    }


def test_a_reset_makes_strangers_of_all_devices_but_that_one(play):
    async def script(shop):
        ana = await shop.person("ana")
        await try_at(ana.client, PASSWORD)
        phone = shop.stranger("phone")
        await reset(shop, phone)
        await fail(shop.stranger("ana"))
        await fail(shop.stranger("phone"))
        return [(await try_at(each, NEW)).status_code for each in (ana.client, phone)]

    assert play(script) == [429, 200]

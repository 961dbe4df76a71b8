"""What tests of attacks have in common: strangers who guess, and an owner who resets."""

import re
from collections import Counter

import httpx

from services.auth.rate_limits import MOST_FAILURES
from services.common.settings import Settings
from tests.services.shop import Shop

SIGN_IN, SIGN_UP = "/api/users/signin", "/api/users/signup"
FORGOT, RESET = "/api/users/forgot-password", "/api/users/reset-password"
ANA = "ana@example.com"
NEW = "another password"
PER_CLIENT = Settings().sign_in_failures_per_client
SIGN_UPS = Settings().sign_ups_per_client


async def try_at(client: httpx.AsyncClient, password: str, email: str = ANA) -> httpx.Response:
    return await client.post(SIGN_IN, json={"email": email, "password": password})


async def fail(client: httpx.AsyncClient, times: int = MOST_FAILURES, email: str = ANA) -> None:
    for number in range(times):
        assert (await try_at(client, f"guess number {number}", email)).status_code == 400


async def timed(shop: Shop, client: httpx.AsyncClient, password: str) -> tuple[int, float]:
    """Sign in; return the status and for how many seconds the answer was awaited."""
    began_s = shop.world.loop.time()
    answer = await try_at(client, password)
    return answer.status_code, shop.world.loop.time() - began_s


async def reset(shop: Shop, client: httpx.AsyncClient) -> httpx.Response:
    await client.post(FORGOT, json={"email": ANA})

    async def letter():
        return next(iter(shop.world.mailbox.to(ANA)), None)

    found = re.search(r"token=([\w-]+)", (await shop.until(letter)).text)
    assert found
    return await client.post(RESET, json={"token": found[1], "password": NEW})


def security(shop: Shop) -> Counter[str]:
    said = shop.world.trace.of_kind("log")
    return Counter(it["incident"] for it in said if it["what"] == "security")

"""`boxoffice up`: opens the shop on this machine and says how to buy the first ticket."""

import shlex
import signal
from pathlib import Path
from typing import Final

import httpx
import typer

from boxoffice.terminal import TERMINATED, Console
from scenarios.actors import Seller, Ticket
from scenarios.look.look import Look
from scenarios.shop import local
from scenarios.shop.local import Shop
from services.common.session import LIFETIME

JSON: Final = "-H 'content-type: application/json'"
# The services hear of each other's news within milliseconds; a line pasted may come sooner.
AGAIN: Final = "--retry 5 --retry-all-errors"


def up(port: int, speed: float, data: Path | None, verbose: bool) -> None:
    """Keep the shop open until Ctrl-C.  Raises: CannotOpen; typer.Exit, for SIGTERM."""

    looks = list[Look]()

    def looker() -> Look:
        looks.append(Look())
        return looks[-1]

    async def opened(shop: Shop) -> None:
        tell(Console(), shop, await first_ticket(shop), looks[-1].token)

    if local.run(opened, port, speed, data, verbose, looker) == signal.SIGTERM:
        raise typer.Exit(TERMINATED)


async def first_ticket(shop: Shop) -> Ticket:
    """Have a seller list a ticket, through the shop's own door."""
    transport = httpx.ASGITransport(shop.door)
    async with httpx.AsyncClient(transport=transport, base_url=shop.url) as browser:
        return await Seller("Sue", browser).lists("Front row", price="45.00")


def tell(console: Console, shop: Shop, ticket: Ticket, token: str) -> None:
    """Say where everything is, and how to buy a ticket."""

    def say(text: str) -> None:
        # Not wrapped at any width: a line has to work when it is copied.
        console.print(text, soft_wrap=True, highlight=False, markup=False)

    say(f"The shop is open at {shop.url} (ready? {shop.url}/readyz)")
    for name, place in shop.places.items():
        say(f"  {name:<8} {place}")
    say(f"  {'API':<8} {shop.url}/api/docs")
    window_s, session_s = shop.settings.expiration_window_s, LIFETIME.total_seconds()
    say(
        f"Clocks run {shop.speed:g} times as fast: an order that is not paid expires after "
        f"{window_s / shop.speed:g} s, a session after {session_s / shop.speed:g} s."
    )
    say(f"\nSue sells {ticket.title!r} for $45. Buy it, and see what the services say of it, at\n")
    say(f"{shop.url}/#look={token}")
    say("\nOr from another terminal:\n")
    for line in purchase(shop, ticket):
        say(line)
    say("\nCtrl-C closes the shop.")


def purchase(shop: Shop, ticket: Ticket) -> list[str]:
    """Return three lines for a shell: sign up, order the ticket, pay for it."""
    jar = shlex.quote(str(shop.folder / "cookies"))
    email = f"ana.{ticket.id[-6:]}@example.com"
    sign_up = f'{{"email": "{email}", "password": "correct horse"}}'
    order = f'{{"ticketId": "{ticket.id}"}}'
    payment = r'"{\"token\": \"tok_visa\", \"orderId\": \"$ORDER\"}"'
    return [
        f"curl -s -c {jar} {shop.url}/api/users/signup {JSON} -d '{sign_up}'",
        f"ORDER=$(curl -sf {AGAIN} -b {jar} {shop.url}/api/orders {JSON} -d '{order}'"
        " | cut -d '\"' -f 4)",
        f"curl -sf {AGAIN} -b {jar} {shop.url}/api/payments {JSON} -d {payment}",
    ]

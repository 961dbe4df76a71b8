"""The auth service, put together."""

from services.auth.api import router
from services.auth.clerk import Clerk
from services.auth.counts import Counts
from services.auth.devices import Devices
from services.auth.letter_requests import LetterRequests
from services.auth.passwords import Passwords
from services.auth.postman import Postman
from services.auth.rate_limits import WINDOW, RateLimits
from services.auth.repository import Users
from services.auth.use_cases import Auth
from services.common.clients import Clients
from services.common.drivers import Drivers
from services.common.http import create_app
from services.common.probes import probes
from services.common.service import Service
from services.common.telemetry import Telemetry


def assemble(drivers: Drivers) -> Service:
    """Build the service on its drivers; nothing connects and nothing runs yet."""
    telemetry = Telemetry("auth", drivers.log, drivers.spans)
    settings, clock, ids = drivers.settings, drivers.clock, drivers.ids
    users = Users(drivers.database["users"])
    key = settings.jwt_key.get_secret_value()
    counts = Counts(drivers.database["failures"], WINDOW, key.encode())
    letter_requests = LetterRequests(drivers.database["asked"])
    postman = Postman(users, drivers.mail, clock, ids, telemetry, settings.public_url)
    passwords = Passwords(settings.salt_factory, users.dearest_hash, clock)
    rate_limits = RateLimits(counts, clock, telemetry, settings)
    clerk = Clerk(letter_requests, users, clock, telemetry, postman.wake)
    auth = Auth(users, rate_limits, passwords, letter_requests, clock, ids, telemetry, clerk.wake)
    clients, devices = Clients(settings.trusted_proxies), Devices(key, ids, settings.cookie_secure)
    return Service(
        create_app(router, telemetry, drivers, auth=auth, clients=clients, devices=devices),
        telemetry,
        prepare=[users.prepare, counts.prepare, letter_requests.prepare],
        loops=[clerk.run, postman.run],
        measures=[postman.measure],
        probes=probes(drivers),
    )

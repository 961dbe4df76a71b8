"""The auth service, put together."""

from services.auth.api import router
from services.auth.passwords import Passwords
from services.auth.postman import Postman
from services.auth.repository import Failures, Users
from services.auth.use_cases import WINDOW, Auth
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
    failures = Failures(drivers.database["failures"], WINDOW)
    postman = Postman(users, drivers.mail, clock, ids, telemetry, settings.public_url)
    passwords = Passwords(settings.salt_factory, users.dearest_hash, clock)
    auth = Auth(users, failures, passwords, clock, ids, postman.wake)
    return Service(
        create_app(router, telemetry, drivers, auth=auth),
        telemetry,
        prepare=[users.prepare, failures.prepare],
        loops=[postman.run],
        measures=[postman.measure],
        probes=probes(drivers),
    )

"""What every test shares."""

from hypothesis import HealthCheck, settings

# Examples are drawn from the test itself and not from chance, and no example has a deadline,
# so that a test says the same on every machine, however slow, and on every day.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")

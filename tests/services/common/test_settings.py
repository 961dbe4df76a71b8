"""Settings: read once, and every one that is missing or bad is said in one line."""

from pytest import mark, raises

from services.common.settings import NEEDED, BadSetting, Settings, read

SECRET = "s3cret" * 8
GOOD = {
    "JWT_KEY": SECRET,
    "SALT_FACTORY": "12",
    "STRIPE_KEY": SECRET,
    "STRIPE_API_BASE": "http://stripe",
    "MONGO_URL": f"mongodb://ana:{SECRET}@mongo",
    "NATS_URL": "nats://nats",
    "REDIS_URL": "redis://redis",
    "SMTP_URL": f"smtp://ana:{SECRET}@mail",
    "EXPIRATION_WINDOW_S": "60",
    "COOKIE_SECURE": "false",
}


@mark.parametrize("service", NEEDED)
def test_a_service_reads_what_it_is_given(service):
    settings = read(service, GOOD)
    assert settings.jwt_key.get_secret_value() == SECRET
    assert settings.mongo_url.get_secret_value() == GOOD["MONGO_URL"]
    assert (settings.salt_factory, settings.expiration_window_s) == (12, 60)
    assert (settings.cookie_secure, settings.stripe_api_base) == (False, "http://stripe")


@mark.parametrize("service", NEEDED)
def test_what_is_not_needed_has_a_value_of_its_own(service):
    needed = {name: GOOD[name] for name in NEEDED[service]}
    settings = read(service, needed)
    assert (settings.expiration_window_s, settings.cookie_secure) == (900, True)
    assert settings.stripe_api_base == "https://api.stripe.com"


@mark.parametrize(
    ("service", "name"), [(service, name) for service, names in NEEDED.items() for name in names]
)
@mark.parametrize("value", [None, ""])
def test_a_missing_setting_is_named_in_one_line(service, name, value):
    environment = {**GOOD, name: value} if value is not None else {**GOOD}
    if value is None:
        del environment[name]
    with raises(BadSetting) as refusal:
        read(service, environment)
    assert str(refusal.value) == f"{name} is missing: {service} cannot start without it"


@mark.parametrize(
    ("name", "value"),
    [
        ("JWT_KEY", "s3cret"),
        ("SALT_FACTORY", "s3cret"),
        ("SALT_FACTORY", "3"),
        ("SALT_FACTORY", "17"),
        ("SALT_FACTORY", "12.5"),
        ("EXPIRATION_WINDOW_S", "0"),
        ("EXPIRATION_WINDOW_S", "-900"),
        ("EXPIRATION_WINDOW_S", "s3cret"),
        ("COOKIE_SECURE", "s3cret"),
        ("TRUSTED_PROXIES", "s3cret"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,s3cret"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),  # a network has no bits of a host
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,::/0"),
        ("SIGN_UPS_PER_CLIENT", "0"),
    ],
)
def test_a_bad_setting_is_named_in_one_line_that_does_not_show_it(name, value):
    with raises(BadSetting) as refusal:
        read("auth", {**GOOD, name: value})
    said = str(refusal.value)
    assert said.startswith(f"{name} is bad: ")
    assert "\n" not in said
    assert "s3cret" not in said


def test_proxies_are_trusted_by_their_networks():
    settings = read("auth", {**GOOD, "TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1,2001:db8::/32"})
    networks = [str(network) for network in settings.trusted_proxies]
    assert networks == ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]
    assert read("auth", GOOD).trusted_proxies == ()


def test_secrets_are_not_shown_by_settings_that_are_printed():
    settings = read("auth", GOOD)
    assert "s3cret" not in f"{settings} {settings!r}"


def test_settings_stay_as_they_were_read():
    with raises(ValueError, match="frozen"):
        Settings().salt_factory = 4  # type: ignore[misc]

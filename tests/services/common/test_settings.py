"""Settings: read once, and every one that is missing or bad is said in one line."""

from collections.abc import Mapping, Sequence

from pytest import mark, raises

from services.common.settings import NEEDED, BadSetting, Settings, given_in, read

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
@mark.parametrize("value", [None, "", "   ", "\n"])
def test_a_missing_setting_is_named_in_one_line(service, name, value):
    environment = {**GOOD, name: value} if value is not None else {**GOOD}
    if value is None:
        del environment[name]
    with raises(BadSetting) as refusal:
        read(service, environment)
    assert str(refusal.value) == f"{name} is missing: {service} cannot start without it"


# What each setting must not be.  Whoever adds a setting adds a line here.
NO_WHOLE = ("s3cret", "-1", "12.5", "12.0", "1_0", " 12", "1e3", "٣", "0x10", "   ", "9" * 14)
NO_BOOL = ("s3cret", "2", "   ", "true ", "truefalse")
NO_URL = ("s3cret", "   ", "ftp://s3cret", "//s3cret", "http:s3cret", "http://", "http://:80")
HTTP = (
    *NO_URL,
    *("http://s3cret:port", "http://s3cret:0", "http://s3cret:65536", "http://s3 cret"),
    *(
        "http://s3cret\n",
        "http://user:s3cret@",
        "http://[s3cret",
        "http://s3cret:-1",
        "http:///s3cret",
    ),
    *("http://a,s3cret", "http://s3cret..b", f"http://{'s3cret' * 11}", "http://.s3cret"),
)
BAD: Mapping[str, Sequence[str]] = {
    "JWT_KEY": ("s3cret", " " * 40, "s3cret" * 8 + "\n", "s3cret" + " " * 40, "s3cret\0" * 8),
    "SALT_FACTORY": (*NO_WHOLE, "3", "17"),
    "STRIPE_KEY": ("   ", "s3cret\n", "s3 cret", "s3cret\r\nX-Evil: 1", "schlüssel"),
    "STRIPE_API_BASE": (*HTTP, "http://s3cret?x", "http://s3cret#x"),
    "MONGO_URL": (
        *NO_URL,
        *("mongodb://", "mongodb://s3cret:0", "mongodb://a,s3cret:x", "mongodb://s3 cret"),
        *("mongodb://a,,s3cret", "mongo://s3cret", "http://s3cret", "mongodb://ana:s3cret@"),
        *("mongodb://a,s3cret..b", f"mongodb://{'s3cret' * 11}"),
    ),
    "NATS_URL": (
        *NO_URL,
        *("nats://", "nats://s3cret,", "nats://a,s3cret", "nats://s3cret:0", "nats://a:s3cret@:1"),
        *("redis://s3cret", "nats://a\ts3cret", "nats://a..s3cret"),
        *("ws://s3cret", "nats://a,wss://s3cret"),  # need aiohttp, which is not installed
    ),
    "REDIS_URL": (
        *NO_URL,
        *(
            "redis://",
            "redis://s3cret:x",
            "http://s3cret",
            "unix://",
            "unix:///",
            "redis://s3 cret",
            "redis://a,s3cret",
            "redis://a..s3cret",
        ),
    ),
    "SMTP_URL": (
        *(*NO_URL, "smtp://", "smtp://s3cret:99999", "http://s3cret", "mailto:s3cret@x"),
        *("smtp://a,s3cret", "smtp://a..s3cret", f"smtp://{'s3cret' * 11}"),
    ),
    "EXPIRATION_WINDOW_S": (*NO_WHOLE, "0", "31536001"),
    "MAIL_SENDER": (
        "s3cret",
        "   ",
        "s3cret@",
        "a@x.com, s3cret@x.com",
        "s3cret@x.com\nBcc: b@x.com",
        "(" * 1_000,
    ),
    "MOST_OPEN_ORDERS": (*NO_WHOLE, "0", "1001"),
    "TRUSTED_PROXIES": (
        *("s3cret", "   ", "10.0.0.0/8,s3cret", "10.0.0.0/8,", "0.0.0.0/0", "10.0.0.0/8,::/0"),
        "0.0.0.0/1,128.0.0.0/1",
        "8000::/1, ::/2,4000::/2",
        "10.0.0.1/8",  # a network has no bits of a host
    ),
    "SIGN_IN_FAILURES_PER_CLIENT": (*NO_WHOLE, "0", "1000001"),
    "SIGN_UPS_PER_CLIENT": (*NO_WHOLE, "0", "1000001"),
    "LETTERS_PER_CLIENT": (*NO_WHOLE, "0", "1000001"),
    "STREAM_REPLICAS": (*NO_WHOLE, "0", "6"),
    "COOKIE_SECURE": NO_BOOL,
    "PUBLIC_URL": (*HTTP, "nonsense", "https://s3cret?x=1", "https://s3cret/#token"),
    "OTEL_SDK_DISABLED": NO_BOOL,
    "OTEL_TRACES_EXPORTER": ("s3cret", "   ", "OTLP", "otlp,none"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": HTTP,
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": HTTP,
    "OTEL_EXPORTER_OTLP_PROTOCOL": ("s3cret", "   ", "grpc"),
    "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": ("s3cret", "   ", "http/json"),
}
GOOD_ONES: Mapping[str, Sequence[str]] = {
    "JWT_KEY": ("correct horse battery staple, thirty-six",),
    "MONGO_URL": (
        "mongodb://ana:p%40ss@a.b:27017,c,[::1]:27018/auth?replicaSet=rs0&journal=true",
        "mongodb+srv://cluster0.example.net/?retryWrites=true",
        "mongodb://%2Ftmp%2Fmongodb-27017.sock",
    ),
    "NATS_URL": (
        "nats://a:4222, nats://ana:s3cret@b_c:4222,tls://[::1]:1",
        "nats://bücher.example",
    ),
    "REDIS_URL": ("redis://:s3cret@redis:6379/0?health_check_interval=5", "unix:///run/redis.sock"),
    "SMTP_URL": ("smtps://ana%40x.com:s3cret@mail.example.com:465", "smtp://mail:1025"),
    "PUBLIC_URL": ("http://localhost:8000", "https://shop.example.com/tickets"),
    "EXPIRATION_WINDOW_S": ("1", "31536000"),
    "COOKIE_SECURE": ("false", "TRUE", "0", "1"),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("http://collector:4318/",),
}


def test_every_setting_has_values_here_that_it_must_not_have():
    fields = {name.upper() for name in Settings.model_fields}
    assert fields - BAD.keys() == set(), "add a line to BAD for these"
    assert BAD.keys() - fields == set(), "these are no settings any more"


def test_every_setting_says_what_would_be_right():
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == [], "add a description to these"


@mark.parametrize("name", BAD)
def test_a_bad_setting_is_named_in_one_line_that_does_not_show_it(name):
    for value in BAD[name]:
        with raises(BadSetting) as refusal:
            given_in({**GOOD, name: value})
        said = str(refusal.value)
        assert said.startswith(f"{name} is bad: it has to be "), value
        assert len(said.splitlines()) == 1
        assert "s3cret" not in said


@mark.parametrize("name", GOOD_ONES)
def test_a_setting_may_be_all_that_its_driver_understands(name):
    for value in GOOD_ONES[name]:
        given_in({**GOOD, name: value})


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

"""Settings: read from the environment once, at start, and checked there.

A missing or bad one is said in one line that names it and never shows its value.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network, collapse_addresses
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from services.common.mail import sender
from services.common.urls import secret_url, secret_urls, url

Networks = tuple[IPv4Network | IPv6Network, ...]


class BadSetting(Exception):
    """A setting is missing or makes no sense; the message is one line."""


def _whole(given: object) -> object:
    # pydantic would take "1_000", " 12 " and "12.0" for numbers.
    if isinstance(given, str) and not (given.isascii() and given.isdigit()):
        raise ValueError("no whole number")
    return given


def _token(key: SecretStr) -> SecretStr:
    # A line's end that came with a file would be sent in a header, and break it.
    if re.fullmatch(r"[!-~]+", key.get_secret_value()) is None:
        raise ValueError("no token")
    return key


def _phrase(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not text.isprintable() or len(text.strip()) < SHORTEST_KEY:
        raise ValueError("too short")
    return key


def _sender(text: str) -> str:
    sender(text)
    return text


def _parts(text: object) -> object:
    return [part.strip() for part in text.split(",")] if isinstance(text, str) else text


def _not_everybody(networks: Networks) -> Networks:
    of_4 = collapse_addresses(it for it in networks if isinstance(it, IPv4Network))
    of_6 = collapse_addresses(it for it in networks if isinstance(it, IPv6Network))
    if any(it.prefixlen == 0 for it in of_4) or any(it.prefixlen == 0 for it in of_6):
        raise ValueError("it would trust everybody")
    return networks


SHORTEST_KEY: Final = 32  # RFC 7518, section 3.2
LONGEST_WINDOW_S: Final = 31_536_000  # a year: what nobody waits for is a mistake
Whole = BeforeValidator(_whole)
Collector = Annotated[
    str,
    AfterValidator(url("http", "https")),
    Field(description="http://HOST or https://HOST"),
]
Protocol = Annotated[
    Literal["http/protobuf"],
    Field(description="http/protobuf, the only one that is spoken here"),
]
# Of one client, in fifteen minutes: services/auth/rate_limits.py
PerClient = Annotated[int, Whole, Field(ge=1, le=1_000_000, description="1 to 1000000")]


class Settings(BaseModel):
    """What can be set, by the name of its environment variable in lower case.

    A description is what somebody is told whose value is bad.
    """

    model_config = ConfigDict(frozen=True)

    jwt_key: Annotated[
        SecretStr,
        AfterValidator(_phrase),
        Field(
            description=f"one line of {SHORTEST_KEY} characters at least, without counting blanks"
        ),
    ] = SecretStr("")
    # Rounds of bcrypt, as a power of two.
    salt_factory: Annotated[int, Whole, Field(ge=4, le=16, description="4 to 16")] = 12
    stripe_key: Annotated[
        SecretStr,
        AfterValidator(_token),
        Field(description="Stripe's secret key, in ASCII and without blanks"),
    ] = SecretStr("")
    stripe_api_base: Annotated[
        str,
        AfterValidator(url("https", "http", query=False)),
        Field(description="https://HOST or http://HOST"),
    ] = "https://api.stripe.com"
    mongo_url: Annotated[
        SecretStr,
        AfterValidator(secret_url("mongodb", "mongodb+srv", several=True)),
        Field(description="mongodb://HOST or mongodb+srv://HOST"),
    ] = SecretStr("")
    nats_url: Annotated[
        SecretStr,
        AfterValidator(secret_urls("nats", "tls")),
        Field(description="nats://HOST, or the same with tls, or several with commas"),
    ] = SecretStr("")
    redis_url: Annotated[
        SecretStr,
        AfterValidator(secret_url("redis", "rediss", "unix")),
        Field(description="redis://HOST, rediss://HOST or unix:///PATH"),
    ] = SecretStr("")
    smtp_url: Annotated[
        SecretStr,
        AfterValidator(secret_url("smtp", "smtps")),
        Field(description="smtp://HOST or smtps://HOST"),
    ] = SecretStr("")
    expiration_window_s: Annotated[
        int,
        Whole,
        Field(ge=1, le=LONGEST_WINDOW_S, description=f"seconds, 1 to {LONGEST_WINDOW_S}"),
    ] = 900
    mail_sender: Annotated[
        str,
        AfterValidator(_sender),
        Field(description="one mail address, as in Shop <shop@example.com>"),
    ] = "boxoffice@ticketing.dev"
    # Of one buyer, unpaid.
    most_open_orders: Annotated[int, Whole, Field(ge=1, le=1_000, description="1 to 1000")] = 20
    # As many as JetStream keeps at most.
    stream_replicas: Annotated[int, Whole, Field(ge=1, le=5, description="1 to 5")] = 1
    cookie_secure: Annotated[bool, Field(description="true or false")] = True
    # Where a reset link leads.
    public_url: Annotated[
        str,
        AfterValidator(url("https", "http", query=False)),
        Field(description="https://HOST or http://HOST, without ? and #"),
    ] = "https://ticketing.dev"
    # Who says who asks.
    trusted_proxies: Annotated[
        Networks,
        BeforeValidator(_parts),
        AfterValidator(_not_everybody),
        Field(description="addresses and networks, as in 10.0.0.0/8,192.0.2.1, never all"),
    ] = ()
    sign_in_failures_per_client: PerClient = 30
    sign_ups_per_client: PerClient = 50
    letters_per_client: PerClient = 20
    # What decides whether and where spans are sent; the rest OpenTelemetry reads itself.
    # Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    otel_sdk_disabled: Annotated[bool, Field(description="true or false")] = False
    otel_traces_exporter: Annotated[
        Literal["otlp", "none"] | None, Field(description="otlp or none")
    ] = None
    otel_exporter_otlp_endpoint: Collector = ""
    otel_exporter_otlp_traces_endpoint: Collector = ""
    otel_exporter_otlp_protocol: Protocol = "http/protobuf"
    otel_exporter_otlp_traces_protocol: Protocol = "http/protobuf"

    @property
    def exports_spans(self) -> bool:
        """Whether spans are to be sent: if so told, or if it is said where to."""
        if self.otel_sdk_disabled or self.otel_traces_exporter == "none":
            return False
        said = self.otel_exporter_otlp_endpoint or self.otel_exporter_otlp_traces_endpoint
        return bool(said or self.otel_traces_exporter)


NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "auth": ("JWT_KEY", "SALT_FACTORY", "MONGO_URL", "SMTP_URL"),
    "tickets": ("JWT_KEY", "MONGO_URL", "NATS_URL"),
    "orders": ("JWT_KEY", "MONGO_URL", "NATS_URL"),
    "payments": ("JWT_KEY", "STRIPE_KEY", "MONGO_URL", "NATS_URL"),
    "expiration": ("NATS_URL", "REDIS_URL"),
}


def from_environment(service: str) -> Settings:
    """Return the settings of `service` as its process finds them.  Raises: BadSetting."""
    return read(service, os.environ)


def read(service: str, environment: Mapping[str, str]) -> Settings:
    """Return the settings of `service`.  Raises: BadSetting."""
    for name in NEEDED[service]:
        if not environment.get(name, "").strip():
            raise BadSetting(f"{name} is missing: {service} cannot start without it")
    return given_in(environment)


def given_in(environment: Mapping[str, str]) -> Settings:
    """Return what an environment sets, whatever may be missing in it.  Raises: BadSetting."""
    given = {field: environment.get(field.upper()) for field in Settings.model_fields}
    try:
        return Settings(**{field: value for field, value in given.items() if value})  # type: ignore[arg-type]
    except ValidationError as error:
        field = str(error.errors(include_url=False, include_input=False)[0]["loc"][0])
        right = Settings.model_fields[field].description
        raise BadSetting(f"{field.upper()} is bad: it has to be {right}") from None

"""Settings: read from the environment once, at start, and checked there.

A missing or bad one is said in one line that names it and never shows its value.
"""

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
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


class BadSetting(Exception):
    """A setting is missing or makes no sense; the message is one line."""


def _parts(text: object) -> object:
    return [part.strip() for part in text.split(",")] if isinstance(text, str) else text


def _not_everybody(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    if network.prefixlen == 0:
        raise ValueError("it would trust everybody")
    return network


Proxies = tuple[Annotated[IPv4Network | IPv6Network, AfterValidator(_not_everybody)], ...]


class Settings(BaseModel):
    """What can be set, by the name of its environment variable in lower case."""

    model_config = ConfigDict(frozen=True)

    jwt_key: Annotated[SecretStr, Field(min_length=32)] = SecretStr("")  # RFC 7518, section 3.2
    salt_factory: Annotated[int, Field(ge=4, le=16)] = 12  # rounds of bcrypt, as a power of two
    stripe_key: SecretStr = SecretStr("")
    stripe_api_base: str = "https://api.stripe.com"
    mongo_url: SecretStr = SecretStr("")
    nats_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    smtp_url: SecretStr = SecretStr("")
    expiration_window_s: Annotated[int, Field(gt=0)] = 900
    stream_replicas: Annotated[int, Field(ge=1, le=5)] = 1  # as many as JetStream keeps at most
    cookie_secure: bool = True
    public_url: str = "https://ticketing.dev"  # where a reset link leads
    trusted_proxies: Annotated[Proxies, BeforeValidator(_parts)] = ()  # who says who asks
    # Of one client, in fifteen minutes: services/auth/door.py
    sign_in_failures_per_client: Annotated[int, Field(gt=0)] = 30
    sign_ups_per_client: Annotated[int, Field(gt=0)] = 50
    letters_per_client: Annotated[int, Field(gt=0)] = 20
    # What decides whether and where spans are sent; the rest OpenTelemetry reads itself.
    # Source: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    otel_sdk_disabled: bool = False
    otel_traces_exporter: Literal["otlp", "none"] | None = None
    otel_exporter_otlp_endpoint: str = ""
    otel_exporter_otlp_traces_endpoint: str = ""
    otel_exporter_otlp_protocol: Literal["http/protobuf"] = "http/protobuf"
    otel_exporter_otlp_traces_protocol: Literal["http/protobuf"] = "http/protobuf"

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
        if not environment.get(name):
            raise BadSetting(f"{name} is missing: {service} cannot start without it")
    given = {field: environment.get(field.upper()) for field in Settings.model_fields}
    try:
        return Settings(**{field: value for field, value in given.items() if value})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadSetting(f"{str(first['loc'][0]).upper()} is bad: {first['msg']}") from None

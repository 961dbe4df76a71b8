"""A URL says where a server is and who we are; how the driver is used is ours, whatever it says."""

import asyncio
from typing import Any

import structlog
from pytest import mark, raises

from services.common.connect import ANSWER_TIMEOUT_S, Connections, connections
from services.common.settings import BadSetting, read

LOG = structlog.wrap_logger(structlog.ReturnLogger())
GOOD = {
    "JWT_KEY": "s3cret" * 8,
    "MONGO_URL": "mongodb://ana:s3cret@mongo",
    "NATS_URL": "nats://nats",
    "REDIS_URL": "redis://ana:s3cret@redis:6390/3",
}
REDIS = (
    "decode_responses=True",
    "encoding=latin-1",
    "encoding_errors=ignore",
    "protocol=3",
    "legacy_responses=no",
    "socket_timeout=0.001",
    "socket_connect_timeout=0.001",
    "socket_keepalive=no",
    "retry_on_timeout=yes",
    "retry_on_error=x",
    "retry=x",
    "health_check_interval=1",
    "max_connections=1",
)
UNKNOWN = (
    "single_connection_client=yes",
    "parser_class=x",
    "encoder_class=x",
    "credential_provider=x",
    "redis_connect_func=x",
    "event_dispatcher=x",
    "timeout=1",
    "ssl_cert_reqs=none",  # over a connection without TLS
    "nonsense=1",
    "db=x",
)
MONGO = (
    "w=0",
    "w=1",
    "journal=false",
    "wTimeoutMS=1",
    "readConcernLevel=linearizable",
    "readPreference=secondary",
    "retryReads=false",
    "retryWrites=false",
    "timeoutMS=1",
    "socketTimeoutMS=1",
    "connectTimeoutMS=1",
    "serverSelectionTimeoutMS=1",
    "waitQueueTimeoutMS=1",
    "maxPoolSize=1",
    "minPoolSize=50",
    "tz_aware=true",
    "datetime_conversion=DATETIME_MS",
    "unicode_decode_error_handler=ignore",
    "w=0&journal=false&tz_aware=true&socketTimeoutMS=1&readPreference=nearest",
)


def made(service: str, **given: str) -> Connections:
    return connections(service, read(service, GOOD | {"SALT_FACTORY": "4"} | given), LOG)


def redis_options(query: str, url: str = GOOD["REDIS_URL"]) -> dict[str, Any]:
    pool = made("expiration", REDIS_URL=f"{url}?{query}").drivers.redis.connection_pool
    options = {**pool.connection_kwargs, "max_connections": pool.max_connections}
    del options["himport_registry"]  # one for each pool
    return options


def mongo_options(query: str) -> dict[str, Any]:
    async def story() -> dict[str, Any]:
        client = made("orders", MONGO_URL=f"{GOOD['MONGO_URL']}/?{query}").drivers.database.client
        options, pool = client.options, client.options.pool_options
        found = {
            "w": options.write_concern.document,
            "read": options.read_concern.document,
            "from": options.read_preference,
            "again": (options.retry_reads, options.retry_writes),
            "patience": (options.timeout, options.server_selection_timeout),
            "pool": (pool.connect_timeout, pool.socket_timeout, pool.wait_queue_timeout),
            "size": (pool.max_pool_size, pool.min_pool_size),
            "codec": options.codec_options,
        }
        await client.close()
        return found

    return asyncio.run(story())


@mark.parametrize("query", REDIS)
def test_no_url_of_redis_changes_how_it_is_used(query):
    options = redis_options(query)
    assert options == redis_options("")
    assert (options["decode_responses"], options["protocol"]) == (False, 2)
    assert options["socket_timeout"] == ANSWER_TIMEOUT_S


@mark.parametrize("query", UNKNOWN)
def test_an_option_of_redis_that_does_not_fit_is_said_at_once_and_not_shown(query):
    with raises(BadSetting) as refusal:
        redis_options(query)
    assert str(refusal.value).startswith("REDIS_URL is bad: ")
    assert "s3cret" not in str(refusal.value)


def test_where_redis_is_and_who_we_are_is_the_urls_to_say():
    options = redis_options("client_name=clock&ssl_cert_reqs=none", "rediss://ana:pw@redis:6390/3")
    told = {name: options[name] for name in ("host", "port", "db", "username", "password")}
    assert told == {
        "host": "redis",
        "port": 6390,
        "db": 3,
        "username": "ana",
        "password": "pw",
    }
    assert (options["client_name"], options["ssl_cert_reqs"]) == ("clock", "none")
    assert redis_options("", "unix://ana:pw@/run/redis.sock")["path"] == "/run/redis.sock"


@mark.parametrize("query", MONGO)
def test_no_url_of_mongodb_changes_how_it_is_used(query):
    options = mongo_options(query)
    assert options == mongo_options("")
    assert (options["w"]["w"], options["w"]["j"]) == ("majority", True)
    assert options["patience"] == (None, ANSWER_TIMEOUT_S)


# What PyMongo would only warn of, and do without.
UNREADABLE = (
    "tls=yes",
    "tlsCAFile=/nowhere/s3cret.pem",
    "tls=true&tlsCertificateKeyFile=/nowhere/s3cret.pem",
    "directConnection=maybe",
    "heartbeatFrequencyMS=s3cret",
    "nonsense=s3cret",
)


@mark.parametrize(
    "query", ["datetime_conversion=x", "maxStalenessSeconds=120", "fsync=true", *UNREADABLE]
)
def test_what_does_not_go_with_ours_at_mongodb_is_said_at_once_and_not_shown(query):
    with raises(BadSetting) as refusal:
        mongo_options(query)
    assert str(refusal.value).startswith("MONGO_URL is bad: ")
    assert "s3cret" not in str(refusal.value)


@mark.parametrize("option", ["ssl_ca_certs", "ssl_certfile"])
def test_a_file_for_redis_that_cannot_be_read_is_said_at_once_and_not_shown(option):
    with raises(BadSetting) as refusal:
        redis_options(f"{option}=/nowhere/s3cret.pem", "rediss://redis")
    assert str(refusal.value).startswith("REDIS_URL is bad: ")
    assert "s3cret" not in str(refusal.value)


@mark.filterwarnings("ignore:Wire protocol compression")
def test_compression_that_is_not_installed_keeps_no_service_from_starting():
    assert mongo_options("compressors=snappy,zlib") == mongo_options("")


def test_nats_takes_no_options_from_a_url():
    async def story(url: str) -> tuple[Any, ...]:
        client = made("expiration", NATS_URL=url).drivers.nats
        client._setup_server_pool([url])
        (server,) = client._server_pool
        return server.uri.hostname, server.uri.port, server.uri.username

    query = "?allow_reconnect=false&max_reconnect_attempts=1&connect_timeout=0&ping_interval=9999"
    assert asyncio.run(story(f"nats://ana:pw@nats:4222{query}")) == ("nats", 4222, "ana")

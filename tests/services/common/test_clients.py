"""Which client a request comes from: proxies are believed only where they are trusted."""

from ipaddress import ip_network

from pytest import mark
from starlette.requests import HTTPConnection

from services.common.clients import UNKNOWN, Clients

PROXY, OTHER_PROXY, ANA, BEN = "10.0.0.1", "10.1.2.3", "203.0.113.5", "198.51.100.7"


def client(peer: str | None, *lines: str, trusted: str = "10.0.0.0/8 2001:db8:f::/48") -> str:
    headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in lines]
    asked = {"type": "http", "headers": headers, "client": None if peer is None else (peer, 40_000)}
    return Clients([ip_network(each) for each in trusted.split()]).of(HTTPConnection(asked))


def test_without_a_proxy_the_peer_is_the_client():
    assert client(ANA) == f"{ANA}/32"


@mark.parametrize("line", [BEN, f"{BEN}, {PROXY}", PROXY, "nonsense", "", "127.0.0.1"])
def test_a_header_alone_says_nothing(line):
    assert client(ANA, line) == f"{ANA}/32"
    assert client(PROXY, line, trusted="") == f"{PROXY}/32"


@mark.parametrize(
    "lines",
    [
        [ANA],
        [f"{BEN}, {ANA}"],  # Ana wrote that she is Ben
        [f"{BEN}, {PROXY}, {ANA}"],  # and that a proxy said so
        [f"{ANA}, {OTHER_PROXY}"],
        [f"{BEN},{ANA},{OTHER_PROXY},{PROXY}"],
        [BEN, ANA],  # two lines are one list
        [BEN, f"{ANA}, {OTHER_PROXY}"],
        [f"{ANA}:50000"],
        [f"::ffff:{ANA}"],
        [f"nonsense, {ANA}"],
        [",".join([BEN] * 2_000 + [ANA])],
    ],
)
def test_behind_trusted_proxies_the_first_other_address_from_the_right_is_the_client(lines):
    assert client(PROXY, *lines) == f"{ANA}/32"


@mark.parametrize("line", ["", "nonsense", "unknown", "_hidden", ",", "1.2.3", "٣.٣.٣.٣", "\x00"])
def test_a_trusted_proxy_that_says_nothing_that_can_be_read_is_the_client(line):
    assert client(PROXY, line.encode().decode("latin-1")) == f"{PROXY}/32"
    assert client(PROXY, f"{line.encode().decode('latin-1')},{OTHER_PROXY}") == f"{OTHER_PROXY}/32"


def test_of_nothing_but_proxies_the_farthest_is_the_client():
    assert client(PROXY, f"10.9.9.9, {OTHER_PROXY}") == "10.9.9.9/32"
    assert client(PROXY) == f"{PROXY}/32"


@mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("2001:db8:1:2::1", "[2001:DB8:1:2::7]:443", True),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("::ffff:203.0.113.5", ANA, True),
        (ANA, "203.0.113.6", False),
    ],
)
def test_an_ipv6_site_is_one_client_whichever_of_its_addresses_it_uses(one, other, same):
    assert (client(PROXY, one) == client(PROXY, other)) is same
    assert (client("2001:db8:f::1", one) == client("2001:db8:f::2", other)) is same


@mark.parametrize("peer", [None, "testclient", ""])
def test_a_peer_without_an_address_is_nobody_in_particular(peer):
    assert client(peer, ANA) == UNKNOWN

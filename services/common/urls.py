"""URLs as an operator writes them into a setting: what has to be right before anybody connects."""

import re
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

MOST_PORTS: Final = 65_535
LONGEST_NAME: Final = 254  # with the dot at its end
# A name or an address; percent signs are those of a socket's path, as MongoDB writes one.
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.%\w]+\]|[\w.%-]+)(?::(\d{1,5}))?")


def url(*schemes: str, query: bool = True, several: bool = False) -> Callable[[str], str]:
    """Return a validator of one URL; `several` hosts may stand in it, with commas."""

    def checked(text: str) -> str:
        if not _is_url(text, schemes, query, several):
            raise ValueError("not such a URL")
        return text

    return checked


def secret_url(*schemes: str, several: bool = False) -> Callable[[SecretStr], SecretStr]:
    """Return a validator of a URL that may hold a password."""

    def checked(secret: SecretStr) -> SecretStr:
        url(*schemes, several=several)(secret.get_secret_value())
        return secret

    return checked


def secret_urls(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """Return a validator of one URL or several, with commas between them."""

    def checked(secret: SecretStr) -> SecretStr:
        for one in secret.get_secret_value().split(","):
            url(*schemes)(one.strip())
        return secret

    return checked


def _is_url(text: str, schemes: Sequence[str], query: bool, several: bool) -> bool:
    if not text.isprintable() or " " in text or not text.lower().startswith(_prefixes(schemes)):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    if not query and (parts.query or parts.fragment or "?" in text or "#" in text):
        return False
    if parts.scheme == "unix":
        return len(parts.path) > 1
    return _has_hosts(parts, several)


def _prefixes(schemes: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{scheme}://" for scheme in schemes)


def _has_hosts(parts: SplitResult, several: bool) -> bool:
    _, _, hosts = parts.netloc.rpartition("@")
    found = [_HOST.fullmatch(host) for host in (hosts.split(",") if several else [hosts])]
    return all(it is not None and _is_name(it[1]) and _is_port(it[2]) for it in found)


def _is_name(host: str) -> bool:
    # Python cannot even ask for a name with an empty label or a longer one: RFC 1035, section 2.3.4
    if host.startswith("[") or "%" in host:
        return True
    try:
        return len(host.encode("idna")) <= LONGEST_NAME
    except UnicodeError:
        return False


def _is_port(digits: str | None) -> bool:
    return digits is None or 1 <= int(digits) <= MOST_PORTS

"""Passwords as people have them: short, long, with accents; they and addresses as people type."""

from collections.abc import Iterator
from typing import Final
from unicodedata import normalize

LONGEST: Final = 72  # bytes that a password may have
_KINDS: Final = (
    "{name}'s horse {number}",
    "{name}'s cheval préféré à Noël {number}",
    "{name}'s longest horse {number} ",
    "{name:.3}{number:05}",
)


def chosen(name: str, number: int) -> str:
    """Return somebody's password of that number; each has another kind to begin with.

    >>> [len(chosen("Ana", number).encode()) for number in range(4)]
    [34, 72, 8, 13]
    """
    number_of_kind = (ord(name[0]) + number) % len(_KINDS)
    password = _KINDS[number_of_kind].format(name=name, number=number)
    return password.ljust(LONGEST, "x") if password.endswith(" ") else password


def typed(password: str, times: int) -> str:
    """Return a password as it is typed the next time, every other time on another keyboard."""
    return normalize("NFD", password).replace(" ", "\u00a0") if times % 2 else password


def spelt(address: str, times: int) -> str:
    """Return an address as it is typed the next time, every other time as a telephone begins it.

    >>> spelt("ana@example.com", 1), spelt("ana@example.com", 2)
    ('ana@example.com', 'Ana@example.com')
    """
    return address if times % 2 else address.capitalize()


def nearly(password: str) -> Iterator[str]:
    """Yield what is almost the password: as long, and longer than any may be."""
    yield f"{password[:-1]}~"
    yield password.ljust(LONGEST, "~") + "~"

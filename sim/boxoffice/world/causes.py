"""Which event each message goes back to, of very many messages, in few bytes each."""

from array import array
from hashlib import blake2b
from typing import Any, Final

_PAGE: Final = 64
_NONE: Final = -1


class BySequence:
    """A number for each of many sequences that mostly follow each other: eight bytes each.

    >>> numbers = BySequence()
    >>> numbers[7] = 3
    >>> numbers.get(7), numbers.get(8)
    (3, None)
    """

    def __init__(self) -> None:
        self._pages: dict[int, array[int]] = {}

    def __setitem__(self, sequence: int, number: int) -> None:
        page, place = divmod(sequence, _PAGE)
        if page not in self._pages:
            self._pages[page] = array("q", [_NONE]) * _PAGE
        self._pages[page][place] = number

    def get(self, sequence: int) -> int | None:
        """Return the number of a sequence, if it has one."""
        page, place = divmod(sequence, _PAGE)
        if page not in self._pages:
            return None
        number = self._pages[page][place]
        return None if number == _NONE else number


class ByText:
    """A number for each of many texts, which are not kept.

    A text is known by 64 bits of its hash, so that of a million one in thirty million runs has two
    that are taken for one.

    >>> numbers = ByText()
    >>> numbers.setdefault("a", 1), numbers.setdefault("a", 2), numbers.get("b")
    (1, 1, None)
    """

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def get(self, text: str) -> int | None:
        """Return the number of a text, if it has one."""
        return self._numbers.get(_key(text))

    def setdefault(self, text: str, number: int) -> int:
        """Return the number of a text, which is this one if it had none."""
        return self._numbers.setdefault(_key(text), number)


def _key(text: str) -> int:
    said = text.encode(errors="surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big")


class Deliveries:
    """The events of deliveries, by who got them, sequence and attempt."""

    def __init__(self) -> None:
        self._first: dict[str, BySequence] = {}
        self._again: dict[tuple[str, int, int], int] = {}  # few messages come twice

    def add(self, host: str, sequence: int, attempt: int, number: int) -> None:
        """Remember a delivery that has reached a host."""
        if attempt == 1:
            self._first.setdefault(host, BySequence())[sequence] = number
        else:
            self._again[host, sequence, attempt] = number

    def get(self, host: str, sequence: Any, attempt: Any) -> int | None:
        """Return the event of a delivery, if there was such a one."""
        if attempt == 1 and type(sequence) is int:
            known = self._first.get(host)
            return known.get(sequence) if known else None
        return self._again.get((host, sequence, attempt))

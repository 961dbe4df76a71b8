"""What a story prints, as much of it as is told: it may print without end."""

from io import TextIOBase
from typing import Final

LINES: Final = 10
WIDE: Final = 200  # characters of a line


class Printed(TextIOBase):
    """Stands in for standard output, and keeps the beginning of what comes there."""

    def __init__(self) -> None:
        self._kept = ""
        self._more = False

    def write(self, text: str) -> int:
        """Keep it, or part of it, or nothing of it."""
        left = LINES * WIDE - len(self._kept)
        self._kept += text[:left]
        self._more = self._more or len(text) > left
        return len(text)

    def lines(self) -> list[str]:
        """Return the first lines of it; the last one says whether there was more."""
        every = self._kept.splitlines()
        shown = [it if len(it) <= WIDE else f"{it[:WIDE]}…" for it in every[:LINES]]
        return [*shown, *(["…"] if self._more or every[LINES:] else [])]

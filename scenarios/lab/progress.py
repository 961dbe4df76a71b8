"""A sign of life while two hundred runs are played: one line, written over as it goes."""

import sys
from typing import Final, TextIO

WIDE: Final = 20  # signs of the bar
EVERY: Final = 5  # runs


class ProgressLine:
    """Says how many runs have been played, and how many of them fell."""

    def __init__(self, to: TextIO, of: int) -> None:
        self._to = to
        self._of = of

    def tell(self, runs: int, failed: int) -> None:
        """Say it of so many runs; not of each of them."""
        if runs % EVERY == 0:
            self._write(runs, failed)

    def end(self, runs: int, failed: int) -> None:
        """Say it for the last time, and go on in the next line."""
        if runs:
            self._write(runs, failed)
            self._to.write("\n")

    def _write(self, runs: int, failed: int) -> None:
        filled = WIDE * runs // self._of
        bar = "▰" * filled + "▱" * (WIDE - filled)
        # Each line is as long as the longest, so that nothing of the one before is left.
        self._to.write(f"\r{bar} {runs:3} of {self._of} seeds played, {failed:2} fell")
        self._to.flush()


def is_watched(to: TextIO) -> bool:
    """Tell whether somebody sees what is written while it is: a terminal, or a notebook."""
    return to.isatty() or type(to).__module__.startswith("ipykernel")


def progress_line(of: int) -> ProgressLine | None:
    """Return a line on what somebody looks at, or nothing."""
    return ProgressLine(sys.stdout, of) if is_watched(sys.stdout) else None

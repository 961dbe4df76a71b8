"""What the engine raises of its own accord."""

from boxoffice.misuse import Misuse

__all__ = ["EndedProcess", "Misuse", "NotSimulated"]


class EndedProcess(RuntimeError):
    """A story wanted to end the process, which is whoever's that plays it."""


class NotSimulated(NotImplementedError):
    """A driver's method, option or command that the engine's fake of its server has not.

    `name` is what was asked for, as the driver calls it, and `instead` what to do about it.
    """

    def __init__(self, name: str, instead: str) -> None:
        super().__init__(f"{name} is not simulated: {instead}")
        self.name = name
        self.instead = instead

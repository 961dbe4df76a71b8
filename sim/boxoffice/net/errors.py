"""What a caller is told when a call was not answered as it should be."""


class LinkError(Exception):
    """The call was not answered."""


class Lost(LinkError):
    """No answer in time.  Whether the call had its effect cannot be known."""

    ago_s = 0.0  # since something was lost; before that, the other end was there


class Refused(LinkError):
    """Nobody listens there.  The call had no effect."""


class Answered(LinkError):
    """The server answers with an error of its own; `says` is its code, as on the wire.

    Each client turns it into what its driver raises then.
    """

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says

"""Why a shop cannot open on this machine."""


class CannotOpen(Exception):
    """The message is one line, names the setting if there is one, and shows no secret."""

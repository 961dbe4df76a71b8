"""Why processes cannot run on this machine.

CannotOpen
├── NotReady
└── DidNotStart   (process.py)
"""


class CannotOpen(Exception):
    """The message is one line, names the setting if there is one, and shows no secret."""


class NotReady(CannotOpen):
    """Processes run and are not ready; the message names them, each with its reason."""

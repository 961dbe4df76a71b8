"""What a user names and there is not."""

from boxoffice.errors import Misuse


class Unknown(Misuse):
    """There is nothing of that name; the message says what comes close."""

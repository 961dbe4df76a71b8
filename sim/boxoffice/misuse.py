"""What a user has got wrong."""


class Misuse(ValueError):
    """The message is one line, for somebody who sees nothing else."""

"""What a user has got wrong."""


class Misuse(ValueError):
    """What a user has got wrong.  The message is one line, for somebody who sees nothing else."""

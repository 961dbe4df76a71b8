"""What a user of a command has got wrong."""


class Misuse(ValueError):
    """The message is one line, for somebody who sees nothing else."""

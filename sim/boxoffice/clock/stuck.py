"""What a loop raises that can never finish."""


class Stuck(RuntimeError):
    """Nothing is left to happen, and what was waited for has not happened."""


class Endless(Stuck):
    """More and more happens, and what is waited for does not."""

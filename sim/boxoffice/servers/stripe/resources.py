"""What Stripe has beside what is simulated, as its own client knows it."""

from functools import cache
from importlib.util import find_spec


@cache
def is_stripes(what: str) -> bool:
    """Tell whether Stripe has things of a name in plural, as they stand in a path.

    >>> is_stripes("customers"), is_stripes("balance"), is_stripes("unheard_of")
    (True, True, False)
    """
    # Every version of the client has a module for each, and a list of them only the newest have.
    one = what.removesuffix("s")
    return any(find_spec(f"stripe._{it}_service") is not None for it in (what, one))

"""Stripe's calls by the module, which go by no client that a world could answer."""

from collections.abc import Callable, Iterator
from typing import Any

from boxoffice.errors import NotSimulated


def refusals(stripe: Any, here: Callable[[], Any]) -> Iterator[tuple[Any, str, Any]]:
    """Yield what refuses them within a life of a world: a place, a name and a substitute."""
    for kind in (stripe.RequestsClient, stripe.HTTPXClient):
        for name in ("request_with_retries", "request_with_retries_async"):
            yield kind, name, _refusing(getattr(kind, name), here)


def _refusing(real: Callable[..., Any], here: Callable[[], Any]) -> Callable[..., Any]:
    def asked(*arguments: Any, **options: Any) -> Any:
        if here() is None:
            return real(*arguments, **options)
        raise NotSimulated(
            "stripe without its StripeClient",
            "use a stripe.StripeClient, and its methods that end in _async",
        )

    return asked

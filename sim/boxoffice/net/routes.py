"""Which service a path leads to, as an ingress has it."""

from collections.abc import Mapping


def service_for(path: str, routes: Mapping[str, str]) -> str | None:
    """Return the service whose prefix of `path` is the longest; None, if there is none.

    Prefixes are compared element by element.
    Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types

    >>> routes = {"/": "stock", "/parcels": "courier"}
    >>> [service_for(path, routes) for path in ("/parcels/7", "/parcels", "/parcelsize")]
    ['courier', 'courier', 'stock']
    """
    fitting = [prefix for prefix in routes if _leads(prefix.rstrip("/"), path)]
    return routes[max(fitting, key=len)] if fitting else None


def _leads(prefix: str, path: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")

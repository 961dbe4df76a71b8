"""What a page of ours may do in a browser: what is written in it, and nothing else."""

from base64 import b64encode
from hashlib import sha256


def allowed(text: str) -> str:
    """Return how a policy allows one script or style that stands in a page, by its hash.

    Source: https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def policy(*more: str) -> str:
    """Return a Content-Security-Policy that allows no more than what is named."""
    nothing = ("form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'")
    return "; ".join(("default-src 'none'", *more, *nothing))

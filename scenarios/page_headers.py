"""What is said with each file of a page of ours: what it is, and what the page may do."""

from typing import Final

from services.common.pages import policy

TYPES: Final = {  # a machine's own table may call a script plain text
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}


def page_headers(*more: str) -> dict[str, str]:
    """Return headers that allow no more than what is named, and nothing from elsewhere."""
    return {
        "Content-Security-Policy": policy(*more),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",  # it is built anew, or released, under the same names
    }

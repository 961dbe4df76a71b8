"""The files of the shop's page: its own, and those of the tab's storefront and of the explorer."""

from importlib.resources import files
from typing import Final

from starlette.responses import Response

INDEX: Final = "index.html"
FILES: Final = {
    "scenarios.look.web": (INDEX, "main.js", "account.js", "customer.js", "front.js", "live.js"),
    "scenarios.play.web": ("api.js", "cards.js", "deeds.js", "dom.js", "play.css"),
    "boxoffice.views.explorer": ("bundle.js", "explorer.css"),
}
TYPES: Final = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
}
# Nothing from elsewhere, whatever a title holds; no script but these, and nobody's frame.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # another release has other files of the same names
}


def file_at(path: str) -> Response | None:
    """Return the file that a path leads to, if there is one."""
    name = path.removeprefix("/") or INDEX
    room = next((room for room, names in FILES.items() if name in names), None)
    if room is None:
        return None
    text = files(room).joinpath(name).read_text(encoding="utf-8")
    return Response(text, headers={**HEADERS, "Content-Type": TYPES[name.rpartition(".")[2]]})

"""The files of the shop's page: its own, and those of the tab's storefront and of the explorer."""

from importlib.resources import files
from pathlib import PurePath
from typing import Final

from starlette.responses import Response

from scenarios.page_headers import TYPES, page_headers

INDEX: Final = "index.html"
FILES: Final = {
    "scenarios.look.web": (INDEX, "main.js", "account.js", "customer.js", "front.js", "live.js"),
    "scenarios.play.web": ("api.js", "cards.js", "deeds.js", "dom.js", "play.css"),
    "boxoffice.views.explorer": ("bundle.js", "explorer.css"),
}
# No script but these, whatever a title holds.
HEADERS: Final = page_headers(
    "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:"
)


def file_at(path: str) -> Response | None:
    """Return the file that a path leads to, if there is one."""
    name = path.removeprefix("/") or INDEX
    room = next((room for room, names in FILES.items() if name in names), None)
    if room is None:
        return None
    text = files(room).joinpath(name).read_text(encoding="utf-8")
    return Response(text, headers={**HEADERS, "Content-Type": TYPES[PurePath(name).suffix]})

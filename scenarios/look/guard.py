"""Who may look: whoever has the address that was printed, from the page that this machine serves.

Any page in a browser here may send requests to any port of this machine, and a name of somebody
else's may lead to it (DNS rebinding).  So what is asked has to be asked by our own name, from our
own page, and with a token that no other page knows.
"""

import hmac
from typing import Final

from starlette.datastructures import Headers

from services.common.ids import SystemIds

OURS: Final = ("127.0.0.1", "localhost")
SAME: Final = "same-origin"  # of Sec-Fetch-Site, where a browser sends it
BEARER: Final = "Bearer "


class Guard:
    """For one port.  `token` is in the address that is printed."""

    def __init__(self, port: int) -> None:
        self.token = SystemIds().secret(24).hex()
        self._hosts = {f"{name}:{port}" for name in OURS}

    def refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        """Return why a request is refused: the status, and a sentence."""
        host = headers.get("host", "")
        if host not in self._hosts:
            return 403, "This is for who asks by this machine's own address"
        origin = headers.get("origin", "" if method != "GET" else f"http://{host}")
        if origin != f"http://{host}" or headers.get("sec-fetch-site", SAME) != SAME:
            return 403, "This is for the shop's own page"
        said = headers.get("authorization", "")
        if not hmac.compare_digest(said.encode(), f"{BEARER}{self.token}".encode()):
            return 401, "This is for who has the address that was printed"
        return None

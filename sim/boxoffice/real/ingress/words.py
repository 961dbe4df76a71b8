"""How the gateway is started: its command line, in words."""

import json
import sys
from collections.abc import Mapping


def ingress_command(
    port: int, routes: Mapping[str, str], upstreams: Mapping[str, Mapping[str, str]]
) -> list[str]:
    """Return the words of the command that serves on a port of this machine.

    `routes` says which service has the paths that begin so, and `upstreams` where its instances
    are: `{service: {instance: URL}}`.
    """
    ingress = [sys.executable, "-m", "boxoffice.real.ingress", "--port", str(port)]
    return [*ingress, json.dumps(dict(routes)), json.dumps(upstreams)]

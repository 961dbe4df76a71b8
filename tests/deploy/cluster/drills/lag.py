"""How far a consumer is behind, asked as KEDA asks: by what a trigger says, from its namespace."""

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from tests.deploy.cluster.drills.doors import guest
from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.node import Node

KEDA: Final = "keda"
ASKER: Final = guest(KEDA, "asker")
ASKING: Final = (
    "import sys, urllib.request as it; print(it.urlopen(sys.argv[1], timeout=5).read().decode())"
)


@dataclass(frozen=True)
class Lag:
    """Messages that nobody has been given yet, and those that have not been acknowledged."""

    waiting: int
    in_hand: int


class Monitor:
    """What NATS says of the consumer of one trigger; the guest `ASKER` has to be there."""

    def __init__(self, node: Node, scaler: str) -> None:
        self._kubectl = Kubectl(node, KEDA)
        triggers = Kubectl(node).get("scaledobject", scaler)["spec"]["triggers"]
        (self._told,) = (it["metadata"] for it in triggers if it["type"] == "nats-jetstream")

    def lag(self) -> Lag:
        """Look it up.  Raises: CalledProcessError, if NATS cannot be asked; LookupError."""
        asked = {"acc": self._told["account"], "consumers": "true", "config": "true"}
        address = self._told["natsServerMonitoringEndpoint"]
        url = f"http://{address}/jsz?{urlencode(asked)}"
        name = ASKER["metadata"]["name"]
        shown = json.loads(self._kubectl("exec", name, "--", "python3", "-c", ASKING, url))
        account = _named(self._told["account"], shown["account_details"])
        stream = _named(self._told["stream"], account["stream_detail"])
        consumer = _named(self._told["consumer"], stream["consumer_detail"])
        return Lag(consumer["num_pending"], consumer["num_ack_pending"])


def _named(name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    for it in items:
        if it["name"] == name:
            return it
    raise LookupError(f"{name} is none of {[it['name'] for it in items]}")

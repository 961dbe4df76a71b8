"""What the shop on the cluster is put through, one after another."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.deploy.cluster.drills.auditing import auditing
from tests.deploy.cluster.drills.buying import buying
from tests.deploy.cluster.drills.draining import draining
from tests.deploy.cluster.drills.holding import holding
from tests.deploy.cluster.drills.killing import killing
from tests.deploy.cluster.drills.policies import policies
from tests.deploy.cluster.drills.restarting import restarting
from tests.deploy.cluster.drills.restoring import restoring
from tests.deploy.cluster.drills.scaling import scaling
from tests.deploy.cluster.drills.upgrading import upgrading
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.report import Step

Drill = Callable[[Node, Step], None]

SCALE: Final = "scale"  # which wants programs of its own

# In this order: what breaks more comes later.
ALL: Final[Mapping[str, Drill]] = {
    "check": buying,
    "policies": policies,
    "rolling-restart": restarting,
    "kill": killing,
    "audit": auditing,
    "restore": restoring,
    "upgrade": upgrading,
    "drain": draining,
    SCALE: scaling,
    "hold": holding,
}
NAMED: Final = ("upgrade", "drain", SCALE, "hold")  # only if somebody asks for them
USUAL: Final = tuple(it for it in ALL if it not in NAMED)

"""The same on one machine: processes, a broker, and links that tamper."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.real.broker import running_broker as running_broker
    from boxoffice.real.environment import minimal_environment as minimal_environment
    from boxoffice.real.errors import CannotOpen as CannotOpen
    from boxoffice.real.errors import NotReady as NotReady
    from boxoffice.real.frames import Delivery as Delivery
    from boxoffice.real.ingress.forwarding import STATUS as STATUS
    from boxoffice.real.ingress.words import ingress_command as ingress_command
    from boxoffice.real.nats_cluster import NatsCluster as NatsCluster
    from boxoffice.real.nats_cluster import running_cluster as running_cluster
    from boxoffice.real.pace import PacedClock as PacedClock
    from boxoffice.real.pace import PacedLoop as PacedLoop
    from boxoffice.real.process import HOST as HOST
    from boxoffice.real.process import STOP_S as STOP_S
    from boxoffice.real.process import DidNotStart as DidNotStart
    from boxoffice.real.process import Process as Process
    from boxoffice.real.process import end_all as end_all
    from boxoffice.real.readiness import reasons as reasons
    from boxoffice.real.servers import Servers as Servers
    from boxoffice.real.tamper import Counts as Counts
    from boxoffice.real.tamper import Tamper as Tamper
    from boxoffice.real.tamper import tampered as tampered
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.real.broker": "running_broker",
            "boxoffice.real.errors": "CannotOpen NotReady",
            "boxoffice.real.frames": "Delivery",
            "boxoffice.real.ingress.forwarding": "STATUS",
            "boxoffice.real.ingress.words": "ingress_command",
            "boxoffice.real.nats_cluster": "NatsCluster running_cluster",
            "boxoffice.real.pace": "PacedClock PacedLoop",
            "boxoffice.real.process": "HOST STOP_S DidNotStart Process end_all",
            "boxoffice.real.readiness": "reasons",
            "boxoffice.real.servers": "Servers",
            "boxoffice.real.environment": "minimal_environment",
            "boxoffice.real.tamper": "Counts Tamper tampered",
        },
    )

"""Faults as objects of Chaos Mesh, which does them to pods.

Fields and actions are those of its API v1alpha1 (api/v1alpha1 of chaos-mesh, 2.8): NetworkChaos,
PodChaos and TimeChaos, each within a Schedule, since no cluster knows the events of a trace.
"""

import re
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final

from boxoffice.faults import Fault
from boxoffice.faults.disturbance import Disturbance

API: Final = "chaos-mesh.org/v1alpha1"
ALL: Final = {"mode": "all"}
WAYS: Final = {"": "both", "out": "to", "in": "from"}  # seen from those that are cut off
REPLICA: Final = re.compile(r"-[0-9]+$")  # as a world numbers them
WILD: Final = frozenset("*?[")


class Unrendered(ValueError):
    """No object of Chaos Mesh does this; the message says why."""


class ChaosMesh:
    """Renders faults for the pods of a namespace.

    A host is the pods whose `label` has its name, or the one that `pods` gives for it; a second
    replica, `billing-2`, is one of those of its service, which nobody can tell apart.  What a fault
    says of its occasions cannot be waited for there: it begins every `every_s` seconds.
    """

    def __init__(
        self, namespace: str, label: str, every_s: int, pods: Mapping[str, str] | None = None
    ) -> None:
        self._namespace = namespace
        self._label = label
        self._every_s = every_s
        self._pods = pods or {}

    def schedule(self, fault: Fault, name: str) -> dict[str, Any]:
        """Return the object of a fault.  Raises: Unrendered."""
        does = fault.disturbance()
        if does is None:
            raise Unrendered("no object of Chaos Mesh does this")
        kind, spec = self._spec(does)
        field = kind[0].lower() + kind[1:]
        every_s = ceil(does.every_s) if does.times > 1 else self._every_s
        return {
            "apiVersion": API,
            "kind": "Schedule",
            "metadata": {
                "name": name,
                "namespace": self._namespace,
                "annotations": {"boxoffice/fault": str(fault)},
            },
            "spec": {
                "schedule": f"@every {every_s}s",
                "concurrencyPolicy": "Forbid",
                "historyLimit": 5,
                "type": kind,
                field: spec,
            },
        }

    def _spec(self, does: Disturbance) -> tuple[str, dict[str, Any]]:
        is_one = does.any_one or does.does == "kill"  # what dies is one process
        is_one = is_one or any(REPLICA.search(it) and it not in self._pods for it in does.hosts)
        who = self._selected(does.hosts) | {"mode": "one" if is_one else "all"}
        if does.does == "kill":
            return "PodChaos", {"action": "pod-kill", "gracePeriod": ceil(does.notice_s)} | who
        lasts = {"duration": _duration(does.lasts_s or self._every_s / 2)}
        if does.does == "clock":
            return "TimeChaos", {"timeOffset": _duration(does.by_s)} | lasts | who
        if does.does == "cut":
            whom = self._selected(does.others) if does.others else self._others(does.hosts)
            way = {"action": "partition", "direction": WAYS[does.one_way], "target": whom | ALL}
            return "NetworkChaos", way | lasts | who
        half = _duration(does.by_s / 2)
        slow = {"action": "delay", "direction": "to", "delay": {"latency": half, "jitter": half}}
        target = {"target": self._selected(does.others) | ALL} if does.others else {}
        return "NetworkChaos", slow | target | lasts | who

    def _selected(self, hosts: Sequence[str]) -> dict[str, Any]:
        where: dict[str, Any] = {"namespaces": [self._namespace]}
        if hosts:
            where["expressionSelectors"] = [self._labelled("In", hosts)]
        return {"selector": where}

    def _others(self, hosts: Sequence[str]) -> dict[str, Any]:
        labelled = [self._labelled("NotIn", hosts)]
        return {"selector": {"namespaces": [self._namespace], "expressionSelectors": labelled}}

    def _labelled(self, operator: str, hosts: Sequence[str]) -> dict[str, Any]:
        for host in hosts:
            if WILD & {*host}:
                raise Unrendered(f"{host!r} is a pattern, and a pod is known by a label")
        names = sorted({self._called(host) for host in hosts})
        return {"key": self._label, "operator": operator, "values": names}

    def _called(self, host: str) -> str:
        service = REPLICA.sub("", host)
        return self._pods.get(host) or self._pods.get(service, service)


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.0f}ms"

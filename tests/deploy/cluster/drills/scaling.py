"""Autoscalers bring pods while there is more to do, and take them away again.

First by what pods compute, as they do without the component keda; then KEDA takes over those of who
consumes, and counts how far behind they are.
"""

import os
import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import yaml

from tests.deploy.cluster import autoscaling
from tests.deploy.cluster.drills.auditing import judged
from tests.deploy.cluster.drills.buying import said_by_check
from tests.deploy.cluster.drills.crowd import meanwhile, told
from tests.deploy.cluster.drills.doors import ABROAD, SPACES, Doors, all_places, guest
from tests.deploy.cluster.drills.killing import processes
from tests.deploy.cluster.drills.lag import ASKER, KEDA, Lag, Monitor
from tests.deploy.cluster.drills.policies import STRANGER, Matrix, settles
from tests.deploy.cluster.kubectl import Kubectl, is_ready
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import STATE
from tests.deploy.cluster.report import Step
from tests.deploy.cluster.waiting import until
from tests.deploy.kubernetes.building import MANIFESTS, build, lay_down
from tests.deploy.kubernetes.checks.policies import wanted
from tests.deploy.kubernetes.combinations import Combination
from tests.deploy.kubernetes.documents import Document
from tests.deploy.kubernetes.edges import POD_NAME, Edge
from tests.deploy.kubernetes.facts import NAMESPACE, SERVICES, STREAM, durables
from tests.deploy.kubernetes.secrets import expected

BY_CPU: Final = Combination("local", options=("audit",))
BY_LAG: Final = Combination("local", options=("audit", "keda"))
COMPUTES, CONSUMES = "auth", "orders"
LEAST: Final = 2  # pods, says the manifests
TICKETS: Final = 350
MONITOR: Final = 8222
# In place of five minutes in which nothing is taken away, and a minute from one pod to the next.
HASTE_S: Final = 15
HASTE: Final = {
    "HorizontalPodAutoscaler": "/spec",
    "ScaledObject": "/spec/advanced/horizontalPodAutoscalerConfig",
}
PAUSED: Final = "autoscaling.keda.sh/paused"


def scaling(node: Node, step: Step) -> None:
    """Scale auth by its load and orders by its lag; pause; and have it all audited."""
    kubectl = Kubectl(node)
    autoscaling.install(node)
    by_cpu, by_lag = overlay(BY_CPU), overlay(BY_LAG)
    kubectl("apply", "--kustomize", by_cpu)
    until(lambda: all(map(_acts, _autoscalers(kubectl))), "every autoscaler knows a load", 180)
    computing = _by_load(node, kubectl)
    kubectl("apply", "--kustomize", by_lag)
    _take_over(kubectl)
    _comes_down(kubectl)
    asked = _only_keda_reaches_the_monitor(node, by_lag)
    consuming = _by_lag(node, kubectl)
    _comes_down(kubectl)
    _pause(kubectl)
    _give_back(kubectl, by_cpu)
    holds, said = judged(kubectl, "audit-scaled")
    step.figure = (
        f"{COMPUTES} by its load from {LEAST} pods to {computing} and back, {CONSUMES} by a lag of "
        f"{TICKETS} from {LEAST} to {consuming} and back; of {asked} "
        f"who knock at NATS' monitor KEDA's alone are let in; {holds} invariants hold for {said}; "
        f"{said_by_check(node)}"
    )
    step.details = {"by_load": computing, "by_lag": consuming, "lag": TICKETS}


def overlay(combination: Combination) -> Path:
    """Lay down the local overlay with the autoscalers that it leaves out, and with haste."""
    copy = STATE / f"scaled-{combination}"
    shutil.copytree(MANIFESTS, copy)
    small = copy / "overlays" / "local" / "small" / "kustomization.yaml"
    page = yaml.safe_load(small.read_text(encoding="utf-8"))
    page["patches"] = [it for it in page["patches"] if it["target"]["kind"] not in HASTE]
    small.write_text(yaml.safe_dump(page), encoding="utf-8")
    folder = lay_down(combination, copy)
    page = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    page["patches"] = [
        {"target": {"kind": kind}, "patch": yaml.safe_dump(_hurry(f"{at}/behavior/scaleDown"))}
        for kind, at in HASTE.items()
    ]
    (folder / "kustomization.yaml").write_text(yaml.safe_dump(page), encoding="utf-8")
    return folder


def _hurry(at: str) -> list[Document]:
    fields = ("stabilizationWindowSeconds", "policies/0/periodSeconds")
    return [{"op": "replace", "path": f"{at}/{it}", "value": HASTE_S} for it in fields]


def _by_load(node: Node, kubectl: Kubectl) -> int:
    """Ask more of a service than its pods should compute; return how many it has then."""
    with meanwhile(node, "pressing", "look") as person:
        until(lambda: len(_ready(kubectl, COMPUTES)) > LEAST, f"{COMPUTES} has more pods", 180)
        person.communicate(timeout=60)
    assert person.returncode == 0, "every request was answered"
    assert _was_scaled_by(kubectl, COMPUTES, "cpu resource utilization")
    return _replicas(kubectl, COMPUTES)


def _take_over(kubectl: Kubectl) -> None:
    """Wait until KEDA's are the autoscalers of all who consume, and the only ones."""
    kubectl("wait", "--for=condition=Ready", "scaledobject", "--all", "--timeout=120s")
    kubectl.wait_for_rollouts("statefulset")  # NATS opens its monitor

    def are_only_they() -> bool:
        found = _autoscalers(kubectl)
        owned = sorted(_target(it) for it in found if _sources(it) >= {"External", "Resource"})
        return owned == sorted(durables()) and all(map(_acts, found))

    until(are_only_they, "KEDA's autoscalers know a lag and a load, and no other does", 120)
    targets = sorted(map(_target, _autoscalers(kubectl)))
    assert targets == sorted(SERVICES), f"one scales each: {targets}"


def _only_keda_reaches_the_monitor(node: Node, installed: Path) -> int:
    """Knock from every pod's network; return how many there were."""
    strangers = [guest(space, STRANGER) for space in (NAMESPACE, ABROAD)]
    Kubectl(node).apply([ASKER, *strangers])
    for space in (KEDA, NAMESPACE, ABROAD):
        ready = ("wait", "--for=condition=Ready", "pod", "--selector=guest", "--timeout=60s")
        Kubectl(node, space)(*ready)
    needed = set(wanted([*build(installed), *expected("local", NAMESPACE)]))
    places = list(all_places(node, (*SPACES, KEDA)))
    (nats,) = (it for it in places if (it.space, it.name) == (NAMESPACE, "nats"))
    should: Matrix = {
        (it, nats, MONITOR): Edge(it.called, nats.called, MONITOR) in needed
        for it in places
        if it != nats
    }
    assert {it.space for (it, *_), may in should.items() if may} == {KEDA}
    settles(Doors(node), should)
    for space in (NAMESPACE, ABROAD):
        Kubectl(node, space)("delete", "pod", "--selector=guest", "--wait=false")
    return len(should)


def _by_lag(node: Node, kubectl: Kubectl) -> int:
    """Let messages gather while a consumer's pods stand still; return how many it has then."""
    monitor = Monitor(node, CONSUMES)
    old = {it["metadata"]["uid"]: it for it in _ready(kubectl, CONSUMES)}
    with _standing_still([pid for pod in old.values() for pid in processes(pod)]):
        node.run(*told("pressing", "sell", str(TICKETS)))
        until(lambda: not _uids(_ready(kubectl, CONSUMES)) <= old.keys(), "others have come", 180)
        consuming = _replicas(kubectl, CONSUMES)
        until(lambda: monitor.lag().waiting == 0, "they have taken what waited")
    until(lambda: monitor.lag() == Lag(0, 0), f"{CONSUMES} has taken all", 180)
    assert _was_scaled_by(kubectl, CONSUMES, f"external metric s0-nats-jetstream-{STREAM}")
    return consuming


def _was_scaled_by(kubectl: Kubectl, service: str, metric: str) -> bool:
    """Tell whether there are more pods of a service because a metric was above its target."""
    about = f"reason=SuccessfulRescale,involvedObject.name={service}"
    events = kubectl.get("events", "--field-selector", about)["items"]
    return any(metric in it["message"] and "above target" in it["message"] for it in events)


@contextmanager
def _standing_still(pids: Sequence[int]) -> Iterator[None]:
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # the kubelet has ended who does not answer
                os.kill(pid, signal.SIGCONT)


def _comes_down(kubectl: Kubectl) -> None:
    def is_down() -> bool:
        found = (_ready(kubectl, it) for it in SERVICES)
        return all(len(it) == LEAST for it in found) and not any(map(_ends, kubectl.pods()))

    until(is_down, f"each service has {LEAST} pods again", 300)


def _pause(kubectl: Kubectl) -> None:
    """Have KEDA leave alone what somebody has stopped, as docs/backup.md says."""
    kubectl("annotate", "scaledobject", "--all", f"{PAUSED}=true")
    rest = [f"scaledobject/{it}" for it in durables()]
    kubectl("wait", "--for=condition=Paused", *rest, "--timeout=60s")
    until(lambda: len(_autoscalers(kubectl)) == 1, f"only {COMPUTES} has an autoscaler")
    kubectl("scale", "deployment", *SERVICES, "--replicas=0")
    until(lambda: not any(_ready(kubectl, it) for it in SERVICES), "nobody serves")
    until(lambda: _rests(*_autoscalers(kubectl)), f"the autoscaler of {COMPUTES} rests")
    assert not any(_replicas(kubectl, it) for it in SERVICES), "and nobody was brought back"
    kubectl("scale", "deployment", *SERVICES, f"--replicas={LEAST}")
    kubectl("annotate", "scaledobject", "--all", f"{PAUSED}-")
    kubectl.wait_for_rollouts("deployment")
    until(lambda: len(_autoscalers(kubectl)) == len(SERVICES), "all have autoscalers again")


def _give_back(kubectl: Kubectl, by_cpu: Path) -> None:
    """Go without KEDA again, as k8s/README.md says."""
    kubectl("delete", "scaledobject", "--all", "--cascade=foreground")
    kubectl("apply", "--kustomize", by_cpu)
    kubectl.wait_for_rollouts("statefulset")

    def are_as_before() -> bool:
        found = _autoscalers(kubectl)
        return sorted(map(_target, found)) == sorted(SERVICES) and all(map(_acts, found))

    until(are_as_before, "each service has the autoscaler of before")
    sources = set().union(*map(_sources, _autoscalers(kubectl)))
    assert sources == {"Resource"}, f"which asks for its load alone, and not for {sources}"


def _autoscalers(kubectl: Kubectl) -> list[Document]:
    found: list[Document] = kubectl.get("horizontalpodautoscaler")["items"]
    return found


def _target(autoscaler: Document) -> str:
    return str(autoscaler["spec"]["scaleTargetRef"]["name"])


def _sources(autoscaler: Document) -> set[str]:
    """Return the kinds of metrics that it has seen."""
    return {it["type"] for it in autoscaler["status"].get("currentMetrics") or ()}


def _condition(autoscaler: Document, name: str) -> Document:
    found = autoscaler["status"].get("conditions") or ()
    return next((it for it in found if it["type"] == name), {})


def _acts(autoscaler: Document) -> bool:
    return _condition(autoscaler, "ScalingActive").get("status") == "True"


def _rests(autoscaler: Document) -> bool:
    return _condition(autoscaler, "ScalingActive").get("reason") == "ScalingDisabled"


def _replicas(kubectl: Kubectl, service: str) -> int:
    found: int = kubectl.get("deployment", service)["spec"]["replicas"]
    return found


def _ready(kubectl: Kubectl, service: str) -> list[Document]:
    pods = (it for it in kubectl.pods() if it["metadata"]["labels"].get(POD_NAME) == service)
    return [it for it in pods if is_ready(it)]


def _uids(pods: Sequence[Document]) -> set[str]:
    return {it["metadata"]["uid"] for it in pods}


def _ends(pod: Document) -> bool:
    return "deletionTimestamp" in pod["metadata"]

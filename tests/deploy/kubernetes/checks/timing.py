"""A pod has the time that it needs to end, and a new one is there before the old one goes."""

from collections.abc import Iterator
from itertools import pairwise
from math import inf

from tests.deploy.kubernetes.checks.settings import served
from tests.deploy.kubernetes.documents import Document, Documents, of, pod, title, workloads
from tests.deploy.kubernetes.facts import DRAIN_S

GRACE_S = 30  # the default of Kubernetes


def findings(documents: Documents) -> list[str]:
    """Return what would be killed too early, or replaced too late."""
    return [*_graces(documents), *_rollouts(documents), *_jobs(documents)]


def pre_stop_s(container: Document) -> float:
    """Return how long a container is held back before it is told to end, as far as it says so."""
    hook = container.get("lifecycle", {}).get("preStop", {})
    seconds: float = hook.get("sleep", {}).get("seconds", 0)
    command = hook.get("exec", {}).get("command", [])
    for word, after in pairwise(command):
        if word == "sleep":
            seconds = float(after)
    return seconds


def _graces(documents: Documents) -> Iterator[str]:
    for workload, _, container in served(documents):
        grace = pod(workload).get("terminationGracePeriodSeconds", GRACE_S)
        needed = pre_stop_s(container) + DRAIN_S
        if grace < needed:
            yield f"{title(workload)}: has {grace} s to end and needs {needed:g}"
        if not pre_stop_s(container):
            yield f"{title(workload)}: is told to end while requests still come"


def _rollouts(documents: Documents) -> Iterator[str]:
    ours = {title(workload) for workload, _, _ in served(documents)}
    for workload in of(documents, "Deployment"):
        strategy = workload["spec"].get("strategy", {})
        if title(workload) not in ours:
            continue
        if strategy.get("type", "RollingUpdate") != "RollingUpdate":
            yield f"{title(workload)}: is not updated pod by pod"
        elif strategy.get("rollingUpdate", {}).get("maxUnavailable", "25%") not in (0, "0%"):
            yield f"{title(workload)}: an update may leave it with too few pods"
        deadline = workload["spec"].get("progressDeadlineSeconds", inf)
        if deadline < startup_s(pod(workload)["containers"][0]):
            yield f"{title(workload)}: an update is given up before a pod may be"


def startup_s(container: Document) -> float:
    """Return how long a container may take to start."""
    probe = container.get("startupProbe", {})
    allowed: float = probe.get("periodSeconds", 10) * probe.get("failureThreshold", 3)
    return allowed


def _jobs(documents: Documents) -> Iterator[str]:
    for workload in workloads(documents):
        if workload["kind"] == "Job" and "ttlSecondsAfterFinished" not in workload["spec"]:
            yield f"{title(workload)}: stays for ever, and cannot be applied again once changed"

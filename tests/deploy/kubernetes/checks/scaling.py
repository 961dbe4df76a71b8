"""One scaler for each Deployment, on the lag of the consumer it is meant for, with room to move."""

from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    containers,
    labels,
    named,
    of,
    selects,
    template,
    title,
    workloads,
)
from tests.deploy.kubernetes.facts import STREAM, durables

ACCOUNT = "$G"  # NATS' name of the account of whoever has none
TAKES_OVER = "scaledobject.keda.sh/transfer-hpa-ownership"


def findings(documents: Documents) -> list[str]:
    """Return the scalers, and the budgets beside them, that do not fit."""
    found = [*_autoscalers(documents), *_lags(documents), *_targets(documents)]
    return [*found, *_budgets(documents)]


def smallest(documents: Documents, workload: Document) -> int:
    """Return how many pods of a workload there are when there are fewest."""
    for scaler in _scalers(documents):
        if _target(scaler) == title(workload):
            spec = scaler["spec"]
            least: int = spec.get("minReplicas", spec.get("minReplicaCount", 0))
            return least
    count: int = workload["spec"].get("replicas", 1)
    return count


def _scalers(documents: Documents) -> list[Document]:
    return of(documents, "HorizontalPodAutoscaler", "ScaledObject")


def _target(scaler: Document) -> str:
    target = scaler["spec"]["scaleTargetRef"]
    return f"{target.get('kind', 'Deployment')}/{target['name']}"


def _targets(documents: Documents) -> Iterator[str]:
    there = {title(each): each for each in workloads(documents)}
    targets = Counter(_target(each) for each in _scalers(documents))
    for target, times in targets.items():
        if target not in there:
            yield f"{target}: scaled, and not there"
        elif "replicas" in there[target]["spec"]:
            yield f"{target}: each apply would undo what the scaler did"
        if times > 1:
            yield f"{target}: {times} scalers pull at it"


def _autoscalers(documents: Documents) -> Iterator[str]:
    for scaler in of(documents, "HorizontalPodAutoscaler"):
        spec = scaler["spec"]
        if not 1 <= spec.get("minReplicas", 1) <= spec["maxReplicas"]:
            yield f"{title(scaler)}: cannot be between its bounds"
        if scaler["metadata"]["name"] != spec["scaleTargetRef"]["name"]:
            yield f"{title(scaler)}: is not called like what it scales, and KEDA would miss it"
        for metric in spec.get("metrics", ()):
            resource = metric.get("resource", {})
            if resource.get("target", {}).get("type") == "Utilization":
                yield from _measurable(documents, scaler, resource["name"])


def _measurable(documents: Documents, scaler: Document, resource: str) -> Iterator[str]:
    for workload in workloads(documents):
        if title(workload) == _target(scaler):
            for container in containers(workload):
                if resource not in container.get("resources", {}).get("requests", {}):
                    yield f"{title(scaler)}: no request for {resource} to compare with"


def _lags(documents: Documents) -> Iterator[str]:
    scaled = of(documents, "ScaledObject")
    for scaler in scaled:
        spec, name = scaler["spec"], scaler["spec"]["scaleTargetRef"]["name"]
        if not 1 <= spec.get("minReplicaCount", 0) <= spec.get("maxReplicaCount", 100):
            yield f"{title(scaler)}: cannot be between its bounds, or may be none"
        if "pollingInterval" in spec:
            yield f"{title(scaler)}: pollingInterval is for who may be none, warns KEDA"
        if not _takes_over(scaler, name):
            yield f"{title(scaler)}: refused where HorizontalPodAutoscaler/{name} is there already"
        triggers = [each for each in spec["triggers"] if each["type"] == "nats-jetstream"]
        if bool(triggers) != (name in durables()):
            yield f"{title(scaler)}: {name} has {'no' if triggers else 'a'} consumer"
        for trigger in triggers:
            wrong = _wrong(documents, trigger["metadata"], name)
            yield from (f"{title(scaler)}: {each}" for each in wrong)
    missing = set(durables()) - {each["spec"]["scaleTargetRef"]["name"] for each in scaled}
    if scaled and missing:
        yield f"no ScaledObject for {', '.join(sorted(missing))}"


def _takes_over(scaler: Document, name: str) -> bool:
    annotations = scaler["metadata"].get("annotations") or {}
    made = scaler["spec"].get("advanced", {}).get("horizontalPodAutoscalerConfig", {})
    return annotations.get(TAKES_OVER) == "true" and made.get("name") == name


def _wrong(documents: Documents, metadata: dict[str, str], name: str) -> Iterator[str]:
    told = {"stream": STREAM, "consumer": durables().get(name), "account": ACCOUNT}
    for field, meant in told.items():
        if metadata.get(field) != meant:
            yield f"{field} is {metadata.get(field)}, and the code says {meant}"
    if not metadata.get("lagThreshold", "").isdecimal():
        yield f"lagThreshold is {metadata.get('lagThreshold')!r}"
    address = urlsplit(f"//{metadata.get('natsServerMonitoringEndpoint', '')}")
    service = (address.hostname or "").partition(".")[0]
    try:
        ports = named(documents, "Service", service)["spec"]["ports"]
    except LookupError:
        yield f"no Service/{service} to ask"
        return
    if address.port not in [each["port"] for each in ports]:
        yield f"Service/{service} has no port {address.port}"


def _budgets(documents: Documents) -> Iterator[str]:
    for budget in of(documents, "PodDisruptionBudget"):
        for workload in workloads(documents):
            if selects(budget["spec"]["selector"], labels(template(workload))):
                kept = budget["spec"].get("minAvailable", 0)
                if not isinstance(kept, int) or kept >= smallest(documents, workload):
                    yield f"{title(budget)}: no node could ever be emptied"
                if budget["spec"].get("maxUnavailable", 1) in (0, "0%"):
                    yield f"{title(budget)}: no node could ever be emptied"

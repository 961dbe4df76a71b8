"""Alerts and dashboards ask for what is shown, and speak of labels that the answer has."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.deploy.kubernetes.documents import Document, Documents, of, title
from tests.deploy.kubernetes.facts import metrics
from tests.deploy.kubernetes.linting import read

# What Prometheus and its operator add to each series, and what our PodMonitor does.
TARGET = frozenset({"namespace", "pod", "container", "job", "instance", "endpoint", "service"})
# https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics/workload
OTHERS = {
    "up": frozenset[str](),
    "kube_deployment_status_replicas_unavailable": frozenset({"deployment"}),
    "kube_cronjob_created": frozenset({"cronjob"}),
    "kube_cronjob_status_last_successful_time": frozenset({"cronjob"}),
    "kube_job_status_failed": frozenset({"job_name", "reason"}),
    "kube_job_status_start_time": frozenset({"job_name"}),
    "kube_statefulset_replicas": frozenset({"statefulset"}),
    "kube_statefulset_status_replicas_ready": frozenset({"statefulset"}),
    # https://kubernetes.io/docs/reference/instrumentation/metrics/
    "kubelet_volume_stats_available_bytes": frozenset({"persistentvolumeclaim"}),
    "kubelet_volume_stats_capacity_bytes": frozenset({"persistentvolumeclaim"}),
}
TOLD = ("summary", "description", "runbook_url")


@dataclass(frozen=True)
class Asked:
    """An expression, what asks it, and the labels of its answer that are spoken of."""

    where: str
    expression: str
    spoken: frozenset[str]


def findings(documents: Documents) -> list[str]:
    """Return what is asked of nobody, asked wrongly, or told badly."""
    asked = [*_alerts(documents), *_panels(documents)]
    answers = read(tuple(sorted({each.expression for each in asked})))
    found = [f"{it.where}: {each}" for it in asked for each in _wrong(it, answers[it.expression])]
    return [*found, *_untold(documents)]


def rules(documents: Documents) -> Iterator[Document]:
    """Yield every alert."""
    for document in of(documents, "PrometheusRule"):
        for group in document["spec"]["groups"]:
            yield from group["rules"]


def _alerts(documents: Documents) -> Iterator[Asked]:
    for rule in rules(documents):
        spoken = re.findall(r"\$labels\.(\w+)", " ".join(rule.get("annotations", {}).values()))
        yield Asked(_name(rule), rule["expr"], frozenset(spoken))


def _name(rule: Document) -> str:
    return f"alert {rule['alert']}" if "alert" in rule else f"record {rule['record']}"


def _panels(documents: Documents) -> Iterator[Asked]:
    for document in of(documents, "ConfigMap"):
        if "grafana_dashboard" in document["metadata"].get("labels", {}):
            for name, text in document["data"].items():
                yield from _targets(f"{title(document)} {name}", json.loads(text))


def _targets(where: str, dashboard: Document) -> Iterator[Asked]:
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            # Grafana puts a duration in place of these.
            expression = re.sub(r"\$__\w+", "5m", target["expr"])
            spoken = re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", ""))
            yield Asked(f"{where} {panel['title']}", expression, frozenset(spoken))


def _wrong(asked: Asked, answer: dict[str, Any]) -> Iterator[str]:
    if "error" in answer:
        yield f"cannot be read: {answer['error']}"
        return
    shown, grouped = {**metrics(), **OTHERS}, set(answer["labels"])
    known = TARGET | {"le"}
    for metric, selected in answer["metrics"]:
        if metric not in shown:
            yield f"nobody shows {metric}"
            continue
        known |= shown[metric]
        for label in sorted(set(selected) - TARGET - shown[metric] - {"le"}):
            yield f"{metric} has no label {label}"
    yield from (f"nothing here has the label {label}" for label in sorted(grouped - known))
    for label in sorted(asked.spoken - (grouped if answer["aggregated"] else known)):
        yield f"speaks of the label {label}, which the answer does not have"


def _untold(documents: Documents) -> Iterator[str]:
    for rule in rules(documents):
        for each in TOLD if "alert" in rule else ():
            if not rule["annotations"].get(each):
                yield f"{_name(rule)}: no {each}"
        url = urlsplit(rule.get("annotations", {}).get("runbook_url", ""))
        if "alert" in rule and not (url.scheme == "https" and url.hostname and url.fragment):
            yield f"{_name(rule)}: its runbook_url leads nowhere from where it is read"

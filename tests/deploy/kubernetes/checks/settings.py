"""Every variable that a service is given is a setting of it, and every one it needs is given."""

from collections.abc import Iterator
from typing import Any

from services.common.settings import BadSetting
from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    containers,
    named,
    of,
    title,
    walk,
    workloads,
)
from tests.deploy.kubernetes.facts import (
    NEEDED,
    PLAUSIBLE,
    SECRETS,
    SERVICES,
    SETTINGS,
    read,
)
from tests.deploy.kubernetes.secrets import is_expected


def findings(documents: Documents) -> list[str]:
    """Return the settings that are unknown, missing, bad, or secret and in plain sight."""
    found = [*_all_there(documents), *_in_plain_sight(documents)]
    for workload, name, container in served(documents):
        found += [f"{title(workload)}: {each}" for each in _wrong(documents, name, container)]
    return found


def served(documents: Documents) -> Iterator[tuple[Document, str, Document]]:
    """Yield each container that runs a service of ours, with its workload and its name."""
    for workload in workloads(documents):
        for container in containers(workload):
            arguments = container.get("args") or [""]
            if container["image"].partition(":")[0].endswith("boxoffice"):
                yield workload, arguments[0], container


def environment(documents: Documents, container: Document) -> dict[str, str | None]:
    """Return a container's variables; one is None if only an operator knows it."""
    found: dict[str, str | None] = {}
    for source in container.get("envFrom", ()):
        if "configMapRef" in source:
            data = named(documents, "ConfigMap", source["configMapRef"]["name"]).get("data", {})
            found |= {source.get("prefix", "") + key: value for key, value in data.items()}
    for variable in container.get("env", ()):
        found[variable["name"]] = _value(documents, variable)
    return found


def _value(documents: Documents, variable: Document) -> str | None:
    source: dict[str, Any] = variable.get("valueFrom", {})
    if one := source.get("configMapKeyRef"):
        value: str = named(documents, "ConfigMap", one["name"])["data"].get(one["key"], "")
        return value
    if one := source.get("secretKeyRef"):
        known: str = named(documents, "Secret", one["name"])["stringData"].get(one["key"], "")
        return known or None
    literal: str = variable.get("value", "")
    return literal


def _all_there(documents: Documents) -> Iterator[str]:
    running = [name for _, name, _ in served(documents)]
    for name in sorted({*running, *SERVICES}):
        if name not in SERVICES:
            yield f"{name}: no such service"
        elif running.count(name) != 1:
            yield f"{name}: runs {running.count(name)} times"


def _wrong(documents: Documents, name: str, container: Document) -> Iterator[str]:
    if name not in SERVICES:
        return
    try:
        given = environment(documents, container)
    except LookupError as missing:
        yield f"no {missing}"
        return
    for variable in sorted(given.keys() - SETTINGS):
        yield f"{variable} is no setting"
    if any("secretRef" in source for source in container.get("envFrom", ())):
        yield "takes a whole Secret, and may get what is not its own"
    for secret in sorted((given.keys() & set(SECRETS)) - set(NEEDED[name])):
        yield f"{secret} is none of its business"
    known = {
        key: PLAUSIBLE.get(key, "") if value is None else value for key, value in given.items()
    }
    try:
        read(name, known)
    except BadSetting as bad:
        yield str(bad)


def _in_plain_sight(documents: Documents) -> Iterator[str]:
    for secret in of(documents, "Secret"):
        if not is_expected(secret):
            yield f"{title(secret)}: is committed"
    for workload in workloads(documents):
        for variable in walk(workload):
            if not isinstance(variable, dict) or "value" not in variable:
                continue
            if variable.get("name") in SECRETS:
                yield f"{title(workload)}: {variable['name']} is in plain sight"

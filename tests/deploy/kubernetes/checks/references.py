"""Whatever a manifest names is there: Secrets, ConfigMaps and their keys, accounts, volumes."""

from collections.abc import Iterator

from tests.deploy.kubernetes.documents import (
    Document,
    Documents,
    containers,
    each_container,
    named,
    names,
    of,
    pod,
    title,
    walk,
    workloads,
)

HELD = ("data", "binaryData", "stringData")
Wanted = tuple[str, str, str | None, bool]  # kind, name, key, whether it may be missing


def findings(documents: Documents) -> list[str]:
    """Return what is named and not there."""
    found = [*_configuration(documents), *_accounts(documents), *_claims(documents)]
    found += [*_mounts(documents), *_governors(documents), *_roles(documents)]
    return [*found, *_certificates(documents)]


def wanted(workload: Document) -> Iterator[Wanted]:
    """Yield each Secret and ConfigMap that a workload's pods need."""
    for container in containers(workload):
        for variable in container.get("env", ()):
            source = variable.get("valueFrom", {})
            for field, kind in (("secretKeyRef", "Secret"), ("configMapKeyRef", "ConfigMap")):
                if one := source.get(field):
                    yield kind, one["name"], one["key"], one.get("optional", False)
        for source in container.get("envFrom", ()):
            for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
                if one := source.get(field):
                    yield kind, one["name"], None, one.get("optional", False)
    for volume in pod(workload).get("volumes", ()):
        yield from _of_volume(volume)


def _of_volume(volume: Document) -> Iterator[Wanted]:
    sources = [volume, *volume.get("projected", {}).get("sources", ())]
    for source in sources:
        for field, kind in (("secret", "Secret"), ("configMap", "ConfigMap")):
            if one := source.get(field):
                name, optional = one.get("secretName") or one["name"], one.get("optional", False)
                yield kind, name, None, optional
                for item in one.get("items", ()):
                    yield kind, name, item["key"], optional


def _configuration(documents: Documents) -> Iterator[str]:
    for workload in workloads(documents):
        for kind, name, key, optional in set(wanted(workload)):
            if optional:
                continue
            try:
                there = named(documents, kind, name)
            except LookupError:
                yield f"{title(workload)}: no {kind}/{name}"
                continue
            keys = {key for part in HELD for key in there.get(part) or {}}
            if key is not None and key not in keys:
                yield f"{title(workload)}: {kind}/{name} has no {key}"


def _accounts(documents: Documents) -> Iterator[str]:
    accounts = names(documents, "ServiceAccount")
    for workload in workloads(documents):
        account = pod(workload).get("serviceAccountName")
        if account not in accounts and account is not None:
            yield f"{title(workload)}: no ServiceAccount/{account}"


def _claims(documents: Documents) -> Iterator[str]:
    claims = names(documents, "PersistentVolumeClaim")
    for workload in workloads(documents):
        for volume in pod(workload).get("volumes", ()):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim is not None and claim not in claims:
                yield f"{title(workload)}: no PersistentVolumeClaim/{claim}"


def _mounts(documents: Documents) -> Iterator[str]:
    for where, workload, container in each_container(documents):
        templates = workload["spec"].get("volumeClaimTemplates", ())
        volumes = {each["name"] for each in pod(workload).get("volumes", ())}
        volumes |= {each["metadata"]["name"] for each in templates}
        for mount in container.get("volumeMounts", ()):
            if mount["name"] not in volumes:
                yield f"{where}: no volume {mount['name']}"
    for workload in workloads(documents):
        used = {mount["name"] for each in containers(workload) for mount in _mounted(each)}
        for volume in pod(workload).get("volumes", ()):
            if volume["name"] not in used:
                yield f"{title(workload)}: nobody mounts {volume['name']}"


def _mounted(container: Document) -> list[Document]:
    return container.get("volumeMounts") or []


def _governors(documents: Documents) -> Iterator[str]:
    services = names(documents, "Service")
    for workload in of(documents, "StatefulSet"):
        service = workload["spec"].get("serviceName")
        if service not in services:
            yield f"{title(workload)}: no Service/{service}"
        elif workload["spec"].get("replicas", 1) > 1 and not _headless(documents, service):
            yield f"{title(workload)}: Service/{service} is not headless"


def _headless(documents: Documents, service: str) -> bool:
    """Tell whether each member behind a Service has a name of its own."""
    headless: bool = named(documents, "Service", service)["spec"].get("clusterIP") == "None"
    return headless


def _roles(documents: Documents) -> Iterator[str]:
    for binding in of(documents, "RoleBinding", "ClusterRoleBinding"):
        role = binding["roleRef"]
        if role["name"] not in names(documents, role["kind"]):
            yield f"{title(binding)}: no {role['kind']}/{role['name']}"
        for subject in binding["subjects"]:
            if subject["name"] not in names(documents, subject["kind"]):
                yield f"{title(binding)}: no {subject['kind']}/{subject['name']}"
    for role in of(documents, "Role", "ClusterRole"):
        if "*" in walk(role.get("rules")):
            yield f"{title(role)}: grants everything"


def _certificates(documents: Documents) -> Iterator[str]:
    for ingress in of(documents, "Ingress"):
        for each in ingress["spec"].get("tls", ()):
            secret = each.get("secretName")  # without one, the controller has its own
            if secret is not None and secret not in names(documents, "Secret"):
                yield f"{title(ingress)}: no Secret/{secret}"

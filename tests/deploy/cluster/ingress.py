"""In place of ingress-nginx: nginx itself, with a configuration made of the Ingress.

Unlike that, it hears of no change: it reaches pods by the address of their Service, on a connection
for each request.  A kept one would end at a pod that is about to close it, and what comes in that
moment is lost: 1 of 1,545 requests was, in a rolling restart.  ingress-nginx keeps connections, but
chooses the pods itself.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.deploy.cluster.kubectl import Kubectl
from tests.deploy.cluster.places import DOOR
from tests.deploy.kubernetes.documents import Document

NAMESPACE: Final = "ingress-nginx"
NAME: Final = "nginx"
PORT: Final = 8443
LABELS: Final = {"app": NAME}
CONFIG: Final = """user root; daemon off; pid /tmp/pid; error_log /dev/stderr; worker_processes 1;
events {{}}
http {{
  access_log off;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  proxy_connect_timeout 5s;
  proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto https;
  server {{
    listen {port} ssl; server_name {host};
    ssl_certificate /tls/tls.crt; ssl_certificate_key /tls/tls.key;
    {locations}
  }}
}}
"""


def documents(kubectl: Kubectl) -> Iterator[Mapping[str, Any]]:
    """Yield all that opens the door, as the shop's Ingress, Services and Secret want it."""
    ingress = kubectl.get("ingress", "boxoffice")["spec"]
    secret = kubectl.get("secret", ingress["tls"][0]["secretName"])
    (rule,) = ingress["rules"]
    backends = {it["path"]: _address(kubectl, it["backend"]["service"]) for it in _paths(rule)}
    config = CONFIG.format(
        locations="\n    ".join(_location(*it) for it in backends.items()),
        host=rule["host"],
        port=PORT,
    )
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}
    yield _own("v1", "Secret", data=secret["data"], type=secret["type"])
    yield _own("v1", "ConfigMap", data={"nginx.conf": config})
    yield _own("apps/v1", "Deployment", spec=_deployment())
    ports = [{"port": 443, "targetPort": PORT}]
    yield _own("v1", "Service", spec={"clusterIP": DOOR, "selector": LABELS, "ports": ports})


def _paths(rule: Document) -> list[Document]:
    assert all(it["pathType"] == "Prefix" for it in rule["http"]["paths"]), rule
    paths: list[Document] = rule["http"]["paths"]
    return paths


def _address(kubectl: Kubectl, backend: Document) -> str:
    spec = kubectl.get("service", backend["name"])["spec"]
    (port,) = (it["port"] for it in spec["ports"] if it["name"] == backend["port"]["name"])
    return f"{spec['clusterIP']}:{port}"


def _location(path: str, address: str) -> str:
    to = f"{{ proxy_pass http://{address}; }}"
    return f"location = {path} {to} location {path}/ {to}"


def _own(version: str, kind: str, **fields: Any) -> dict[str, Any]:
    metadata = {"name": NAME, "namespace": NAMESPACE}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


def _deployment() -> dict[str, Any]:
    mounts = [{"name": name, "mountPath": f"/{name}"} for name in ("conf", "tls")]
    container = {
        "name": NAME,
        "image": "boxoffice/nginx:1",
        "imagePullPolicy": "Never",
        "ports": [{"containerPort": PORT}],
        "readinessProbe": {"tcpSocket": {"port": PORT}, "periodSeconds": 1},
        "volumeMounts": mounts,
    }
    volumes = [
        {"name": "conf", "configMap": {"name": NAME}},
        {"name": "tls", "secret": {"secretName": NAME}},
    ]
    pod = {"containers": [container], "volumes": volumes}
    template = {"metadata": {"labels": LABELS}, "spec": pod}
    return {"selector": {"matchLabels": LABELS}, "template": template}

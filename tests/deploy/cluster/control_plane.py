"""What makes a node a cluster: etcd, the control plane, kubelet, kube-proxy, and a firewall."""

from pathlib import Path
from typing import Any, Final

import yaml

from tests.deploy.cluster import authority
from tests.deploy.cluster.authority import ACCOUNTS, CA, FRONT_CA, PEOPLE, kubeconfig
from tests.deploy.cluster.node import Node
from tests.deploy.cluster.places import (
    CGROUP,
    KEYS,
    NAME,
    NODE,
    PODS,
    RESOLVER,
    SERVICES,
    SOCKET,
    STATE,
)

ETCD: Final = "http://127.0.0.1:2379"
FIREWALL: Final = "kube-router"
NONE: Final = "0s"


def start(node: Node) -> None:
    """Start all of it but the firewall; none waits for another."""
    authority.found()
    # What it keeps is thrown away, so it need not be on the disk.
    node.daemon("etcd", "etcd", "--data-dir", STATE / "etcd", "--unsafe-no-fsync")
    node.daemon("kube-apiserver", *_api_server())
    own = ("--leader-elect=false", "--bind-address", "127.0.0.1")
    node.daemon(
        "kube-controller-manager",
        *("kube-controller-manager", "--kubeconfig", kubeconfig("manager"), *own),
        *("--root-ca-file", CA, "--service-account-private-key-file", ACCOUNTS),
        *("--use-service-account-credentials", "--allocate-node-cidrs", "--cluster-cidr", PODS),
    )
    node.daemon("kube-scheduler", "kube-scheduler", "--kubeconfig", kubeconfig("scheduler"), *own)
    kubelet, proxy = _written("kubelet", _kubelet()), _written("proxy", _proxy())
    named = ("--hostname-override", NAME, "--node-ip", NODE)
    state = ("--kubeconfig", kubeconfig("kubelet"), "--root-dir", STATE / "kubelet")
    node.daemon("kubelet", "kubelet", "--config", kubelet, *state, *named)
    node.daemon("kube-proxy", "kube-proxy", "--config", proxy)


def guard(node: Node) -> None:
    """Start what enforces network policies; of all that kube-router can, nothing else."""
    node.daemon(
        FIREWALL,
        *("kube-router", "--kubeconfig", kubeconfig("router"), "--hostname-override", NAME),
        *("--run-firewall", "--run-router=false", "--run-service-proxy=false"),
        *("--run-loadbalancer=false", "--service-cluster-ip-range", SERVICES),
        *("--iptables-sync-period", "60s", "--health-port", "20244", "--metrics-port", "0"),
        more={"NODE_NAME": NAME},
    )


def _api_server() -> list[str | Path]:
    return [
        *("kube-apiserver", "--etcd-servers", ETCD, "--advertise-address", NODE),
        *("--tls-cert-file", KEYS / "api.crt", "--tls-private-key-file", KEYS / "api.key"),
        *("--client-ca-file", CA, "--token-auth-file", PEOPLE),
        *("--authorization-mode", "Node,RBAC", "--enable-admission-plugins", "NodeRestriction"),
        *("--service-account-issuer", "https://kubernetes.default.svc"),
        *("--service-account-key-file", ACCOUNTS, "--service-account-signing-key-file", ACCOUNTS),
        *("--service-cluster-ip-range", SERVICES, "--allow-privileged"),
        *("--kubelet-client-certificate", KEYS / "to-kubelet.crt"),
        *("--kubelet-client-key", KEYS / "to-kubelet.key"),
        *("--kubelet-certificate-authority", CA),
        *("--kubelet-preferred-address-types", "InternalIP"),
        # Others serve a part of its interface, metrics for one, and are told who asks.
        *(
            "--requestheader-client-ca-file",
            FRONT_CA,
            "--requestheader-allowed-names",
            "aggregator",
        ),
        *("--requestheader-username-headers", "X-Remote-User"),
        *("--requestheader-group-headers", "X-Remote-Group"),
        *("--requestheader-extra-headers-prefix", "X-Remote-Extra-"),
        *("--proxy-client-cert-file", KEYS / "aggregator.crt"),
        *("--proxy-client-key-file", KEYS / "aggregator.key"),
    ]


def _kubelet() -> dict[str, Any]:
    (STATE / "resolv.conf").write_text("")
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(CA)},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(KEYS / "kubelet.crt"),
        "tlsPrivateKeyFile": str(KEYS / "kubelet.key"),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [RESOLVER],
        "clusterDomain": "cluster.local",
        "resolvConf": str(STATE / "resolv.conf"),
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "podLogsDir": str(STATE / "pods"),
        # The disk is the machine's, and what else fills it is no business of the cluster.
        "evictionHard": {"memory.available": "50Mi", "nodefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "maxPods": 60,
    }


def _proxy() -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clusterCIDR": PODS,
        "hostnameOverride": NAME,
        "clientConnection": {"kubeconfig": str(kubeconfig("proxy"))},
        # These would be set for the whole machine.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": NONE,
            "tcpCloseWaitTimeout": NONE,
        },
    }


def _written(name: str, config: dict[str, Any]) -> Path:
    file = STATE / f"{name}.yaml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    return file

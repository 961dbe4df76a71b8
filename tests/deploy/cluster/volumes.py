"""Volumes made by hand, of the kind that knows whose files they are; there is no provisioner."""

import shutil
from pathlib import Path
from typing import Any, Final

from tests.deploy.cluster.places import NAME, STATE

CLASS: Final = "by-hand"  # of surroundings.yaml
FOLDER: Final = STATE / "volumes"


def folder_of(name: str) -> Path:
    """Return where a volume is kept."""
    return FOLDER / name


def volume(name: str) -> dict[str, Any]:
    """Make an empty volume, and return its description."""
    folder = folder_of(name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [NAME]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name},
        "spec": {
            "storageClassName": CLASS,
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "persistentVolumeReclaimPolicy": "Retain",
            "local": {"path": str(folder)},
            "nodeAffinity": {
                "required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]},
            },
        },
    }

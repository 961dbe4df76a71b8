"""What one seed has to withstand: another process, and unrelated work in between."""

import gc
import json
import os
import random
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

from bson import ObjectId

ROOT = Path(__file__).parents[2]


def printed_by(module: str, hash_seed: str, *words: str) -> Any:
    """Return what a module prints as JSON in a process with other hashes."""
    there = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(there.stdout)


def work() -> None:
    """Draw chance, fill memory, and empty it again."""
    litter = [object() for _ in range(10_000)]
    random.seed(1)
    for _ in range(100):
        uuid.uuid4(), ObjectId(), random.random(), os.urandom(8)
    del litter[::2]
    gc.collect()

"""What a process finds in its environment: what it needs, and nothing of ours."""

import os
import sys
from pathlib import Path


def minimal_environment() -> dict[str, str]:
    """Return what a Python needs to find what this one finds, whatever its folder."""
    places = (str(Path(each).resolve()) for each in sys.path)
    return {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(places)}

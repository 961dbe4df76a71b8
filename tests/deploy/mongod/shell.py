"""The real mongosh, from its npm package."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent


def lock() -> Path:
    """Return the file that pins it, with all that it needs."""
    return HERE / "package-lock.json"


def install(folder: Path) -> None:
    """Install it into a folder; it needs npm."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    command = ["npm", "ci", "--omit=dev", "--omit=optional", *quietly]
    subprocess.run(command, cwd=folder, check=True)

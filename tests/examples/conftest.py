"""The example as a user of the wheel has it: a copy, with no checkout in sight."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pytest import TempPathFactory, fixture

from tests.house import tree
from tests.packaging import environments
from tests.packaging.conftest import asked, wheels
from tests.packaging.environments import Environment

__all__ = ["wheels"]

EXAMPLE = tree.ROOT / "examples" / "warehouse"


PYTEST = """#!{python}
from pytest import main

raise SystemExit(main())
"""


@fixture(scope="session")
def installed(wheels: dict[str, Path], tmp_path_factory: TempPathFactory) -> Environment:
    """The engine's wheel, what it and the example ask for, and the command of pytest."""
    root = tmp_path_factory.mktemp("example")
    needed = environments.needed_by(
        "pytest", *asked("sim", *tree.SERVERS), *asked("examples/warehouse")
    )
    made = environments.environment(root, [wheels["boxoffice"]], needed)
    command = made.root / "bin" / "pytest"
    command.write_text(PYTEST.format(python=made.root / "bin" / "python"))
    command.chmod(0o755)
    return made


@fixture
def copied(installed: Environment, tmp_path: Path) -> Callable[..., Environment]:
    """Return how to copy the example, with some modules as they were first written."""

    def copy(*first_drafts: str) -> Environment:
        folder = tmp_path / "warehouse"
        shutil.copytree(
            EXAMPLE, folder, ignore=shutil.ignore_patterns("reports", ".*", "__pycache__")
        )
        for module in first_drafts:
            draft = folder / "first_draft" / f"{module}.py"
            shutil.copy(draft, folder / "src" / "warehouse")
        return replace(installed, folder=folder)

    return copy
